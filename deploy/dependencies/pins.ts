import type { LockFile } from "./lock.ts";

/** What of package.json is looked at. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly trustedDependencies?: readonly string[];
}

const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;
const INTEGRITY = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** What lets a build have other code than the last one, or code run at its installation. */
export const pinProblems = (
  { dependencies = {}, devDependencies = {}, trustedDependencies }: Manifest,
  lock: LockFile,
): string[] => {
  const wanted = { ...dependencies, ...devDependencies };
  const locked: Readonly<Record<string, string>> = { ...lock.direct, ...lock.development };
  return [
    ...Object.entries(wanted)
      .filter(([, version]) => !EXACT.test(version))
      .map(([name, version]) => `${name} is asked for as ${version}: name one exact version.`),
    ...Object.entries(wanted)
      .filter(([name, version]) => locked[name] !== version)
      .map(([name]) => `${name} is not in bun.lock as package.json asks for it: run bun install.`),
    ...[...lock.packages.values()]
      .filter(({ integrity }) => integrity === undefined || !INTEGRITY.test(integrity))
      .map(
        ({ name, version }) =>
          `${name}@${version} has no sha512 in bun.lock: what is downloaded can't be checked.`,
      ),
    // Left out, Bun trusts a list of its own.
    ...(trustedDependencies === undefined ? ["package.json must say trustedDependencies: []."] : []),
    ...(trustedDependencies ?? []).map(
      (name) => `${name} may run a script when it is installed: take it out.`,
    ),
  ];
};
