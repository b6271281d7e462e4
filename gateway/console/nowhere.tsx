import { shell } from "./i18n/shell.ts";
import { paths } from "./route.ts";
import { Alert } from "./ui/alert.tsx";
import { Page } from "./ui/page.tsx";

export const Nowhere = () => {
  const words = shell.value;
  return (
    <Page title={words.notFound}>
      <Alert tone="warn" title={words.notFoundDetail}>
        <p class="ways">
          <a href={paths.fleet()}>{words.toFleet}</a> <a href={paths.find()}>{words.toOrders}</a>
        </p>
      </Alert>
    </Page>
  );
};
