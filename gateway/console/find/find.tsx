import { shell } from "../i18n/shell.ts";
import { Page } from "../ui/page.tsx";

export const Find = () => <Page title={shell.value.orders}>{null}</Page>;
