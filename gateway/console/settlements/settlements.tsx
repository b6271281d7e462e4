import { shell } from "../i18n/shell.ts";
import { Page } from "../ui/page.tsx";

export const Settlements = () => <Page title={shell.value.settlements}>{null}</Page>;
