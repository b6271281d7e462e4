import { shell } from "../i18n/shell.ts";
import { Page } from "../ui/page.tsx";

export const DeadLetters = () => <Page title={shell.value.deadLetters}>{null}</Page>;
