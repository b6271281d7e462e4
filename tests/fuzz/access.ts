/** As whom the API is fuzzed: what the shop is started with, and what every request carries. */
export interface Access {
  readonly who: string;
  readonly settings: Readonly<Record<string, string>>;
  /** `Name: value` */
  readonly headers: readonly string[];
}

export const accessOf = (): Access => ({
  who: "nobody asked who calls",
  settings: { AUTH: "dev" },
  headers: [],
});
