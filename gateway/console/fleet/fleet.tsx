import { shell } from "../i18n/shell.ts";
import { Page } from "../ui/page.tsx";

export const Fleet = () => <Page title={shell.value.fleet}>{null}</Page>;
