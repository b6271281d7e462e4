import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

const Names = Type.Optional(Type.Record(Type.String(), Type.String()));
const Needs = Type.Object({
  dependencies: Names,
  optionalDependencies: Names,
  peerDependencies: Names,
  optionalPeers: Type.Optional(Type.Array(Type.String())),
  os: Type.Optional(Type.Unknown()),
  cpu: Type.Optional(Type.Unknown()),
});
/** `[name@version, registry, needs, integrity]`; what comes from elsewhere has other places. */
const Entry = Type.Array(Type.Unknown(), { minItems: 1 });
const Lock = Type.Object({
  workspaces: Type.Object({
    "": Type.Object({ dependencies: Names, devDependencies: Names }),
  }),
  trustedDependencies: Type.Optional(Type.Array(Type.String())),
  packages: Type.Record(Type.String(), Entry),
});

/** One package as it is installed. */
export interface LockedPackage {
  /** Its place: `debug`, or `connect/debug` where connect has a version of its own. */
  readonly key: string;
  readonly name: string;
  readonly version: string;
  /** `sha512-…`; undefined for what comes from no registry. */
  readonly integrity: string | undefined;
  /** Installed on some platforms only. */
  readonly ofPlatform: boolean;
  /** Names of what it needs to run. */
  readonly needs: readonly string[];
}

export interface LockFile {
  readonly direct: Readonly<Record<string, string>>;
  readonly development: Readonly<Record<string, string>>;
  readonly packages: ReadonlyMap<string, LockedPackage>;
}

/** Reads bun.lock, which is JSON with commas too many. @throws Error when it is of another form */
export const readLock = (text: string): LockFile => {
  const { workspaces, packages } = Value.Parse(Lock, Bun.JSONC.parse(text));
  const { dependencies = {}, devDependencies = {} } = workspaces[""];
  return {
    direct: dependencies,
    development: devDependencies,
    packages: new Map(Object.entries(packages).map(([key, entry]) => [key, packageOf(key, entry)])),
  };
};

const packageOf = (key: string, entry: Static<typeof Entry>): LockedPackage => {
  const [id, , needs, integrity] = entry;
  const at = String(id).lastIndexOf("@");
  const read = Value.Check(Needs, needs) ? needs : {};
  const { dependencies, optionalDependencies, peerDependencies = {}, optionalPeers = [] } = read;
  const { os, cpu } = read;
  const peers = Object.keys(peerDependencies).filter((name) => !optionalPeers.includes(name));
  return {
    key,
    name: String(id).slice(0, at),
    version: String(id).slice(at + 1),
    ofPlatform: os !== undefined || cpu !== undefined,
    integrity: typeof integrity === "string" ? integrity : undefined,
    needs: [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers],
  };
};

/** All that runs in production: what package.json names, and what that needs. */
export const productionOf = ({ direct, packages }: LockFile): LockedPackage[] => {
  const found = new Map<string, LockedPackage>();
  const visit = (name: string, from: string): void => {
    const one = nearest(packages, name, from);
    if (!one || found.has(one.key)) return; // of another platform, or seen
    found.set(one.key, one);
    for (const needed of one.needs) visit(needed, one.key);
  };
  for (const name of Object.keys(direct)) visit(name, "");
  return [...found.values()];
};

/** As Node looks: in its own folder first, then in those around it. */
const nearest = (packages: LockFile["packages"], name: string, from: string): LockedPackage | undefined => {
  const folders = foldersOf(from);
  for (let depth = folders.length; depth >= 0; depth -= 1) {
    const found = packages.get([...folders.slice(0, depth), name].join("/"));
    if (found) return found;
  }
  return undefined;
};

/** `a/@b/c/d` names the packages a, @b/c and d, one in the other. */
const foldersOf = (key: string): string[] => key.match(/@[^/]+\/[^/]+|[^/]+/g) ?? [];

/** Where a package is installed. */
export const folderOf = ({ key }: LockedPackage): string =>
  foldersOf(key)
    .map((name) => `node_modules/${name}`)
    .join("/");
