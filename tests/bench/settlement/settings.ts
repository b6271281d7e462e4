import { parseArgs } from "node:util";

export const settingOptions = { rows: { type: "string" }, full: { type: "boolean" } } as const;

export interface Settings {
  /** That the poller produces in one round. */
  readonly rows: number;
  /** The sizes that take long as well. */
  readonly full: boolean;
}

/** What the command line says. @throws Error that says what is wrong with it */
export const settingsOf = (args: readonly string[] = process.argv.slice(2)): Settings => {
  const { values } = parseArgs({ args: [...args], options: settingOptions });
  const full = values.full ?? false;
  const rows = Number(values.rows ?? (full ? 1_000_000 : 200_000));
  if (!Number.isSafeInteger(rows) || rows < 5_000 || rows > 100_000_000) {
    throw new Error(`--rows ${values.rows} is not a number from 5,000 to 100,000,000.`);
  }
  return { rows, full };
};
