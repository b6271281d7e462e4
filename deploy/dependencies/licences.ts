/** Licences under which we may pass the shop on with what it runs on, by SPDX' names. */
const ALLOWED: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Unlicense",
]);

/** What is taken all the same: the licence as the package has it, and why. */
export const exceptions: Readonly<Record<string, { readonly licence: string; readonly reason: string }>> = {
  elkjs: {
    licence: "EPL-2.0 OR GPL-3.0-or-later",
    reason:
      "taken under EPL-2.0, unmodified and as a file of its own, which asks for no more than its notice",
  },
};

export interface Licensed {
  readonly name: string;
  readonly version: string;
  /** As its package.json says it. */
  readonly licence: string | undefined;
}

/** What is wrong with the licences of these. */
export const licenceProblems = (packages: readonly Licensed[]): string[] =>
  packages.flatMap(({ name, version, licence }) => {
    if (licence === undefined)
      return [`${name}@${version} names no licence: ask its authors, or do without it.`];
    if (isAllowed(licence)) return [];
    const exception = Object.hasOwn(exceptions, name) ? exceptions[name] : undefined;
    if (exception?.licence === licence) return [];
    return [
      `${name}@${version} has the licence ${licence}, which is not among those allowed: do without it, or name it ` +
        "with the reason in deploy/dependencies/licences.ts.",
    ];
  });

/** An SPDX expression: of those joined by OR one must do, of those joined by AND each. */
const isAllowed = (expression: string): boolean => {
  const bare = expression.trim().replace(/^\(([^()]*)\)$/, "$1");
  if (/[()]/.test(bare)) return false; // nested: for a person to read
  return bare
    .split(/\s+OR\s+/i)
    .some((choice) => choice.split(/\s+AND\s+/i).every((one) => ALLOWED.has(one.trim())));
};

/** The licence that a package.json names, in its usual forms and the older ones. */
export const licenceOf = (manifest: { license?: unknown; licenses?: unknown }): string | undefined => {
  const named = [manifest.license, manifest.licenses].flat().flatMap((one) => {
    if (typeof one === "string") return [one];
    return typeof one === "object" && one !== null && "type" in one ? [String(one.type)] : [];
  });
  // Of several in the older form each may be chosen.
  return named.length === 0 ? undefined : named.join(" OR ");
};
