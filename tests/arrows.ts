/**
 * Holds the import table: which room may import which. Exits 1 naming each arrow that points the wrong way.
 * Run by `bun run check`.
 */
import { Glob } from "bun";

const rooms = ["machines", "actors", "gateway", "settlement", "tests", "deploy"] as const;
type Room = (typeof rooms)[number];

/** What a room may import of another: everything under these path prefixes. */
const allowed: Record<Room, readonly string[]> = {
  machines: [],
  actors: ["machines/"],
  gateway: [
    "machines/",
    "actors/audit/fact.ts",
    "actors/client.ts",
    "actors/command.ts",
    "actors/document.ts",
    "actors/errors.ts",
    "actors/ports.ts",
    "settlement/ports.ts",
    "settlement/errors.ts",
  ],
  settlement: [
    "machines/",
    "actors/ports.ts",
    "actors/errors.ts",
    "actors/document.ts",
    "actors/toss",
    "actors/store",
    // How a server is connected to, and what an error of that means, is the same for both.
    "actors/connection/",
  ],
  tests: ["machines/", "actors/", "gateway/", "settlement/", "deploy/"],
  deploy: ["machines/", "actors/", "gateway/", "settlement/", "tests/toss/"],
};

/** Packages a room may use; a room not named here may use any. */
const packages: Partial<Record<Room, readonly string[]>> = { machines: ["xstate", "@sinclair/typebox"] };

/** What the pure room must not read: a clock, chance, the outside. */
const impure = /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\brandomUUID\b|\bprocess\.|\bBun\./;

/** A generic arrow function of a .ts file would read as an element to the other. */
const transpilers = { ts: new Bun.Transpiler({ loader: "ts" }), tsx: new Bun.Transpiler({ loader: "tsx" }) };

/** Every import in `source`, type-only ones too, which the transpiler's own scan leaves out. */
const importsOf = (file: string, source: string): string[] => [
  ...transpilers[file.endsWith(".tsx") ? "tsx" : "ts"].scanImports(source).map((one) => one.path),
  ...[...source.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].flatMap((match) => match[1] ?? []),
];

const problemsOf = async (room: Room, file: string): Promise<string[]> => {
  const source = await Bun.file(file).text();
  const problems = new Set<string>();
  if (room === "machines" && impure.test(source))
    problems.add(`${file}: reads a clock, chance or the outside`);
  for (const path of importsOf(file, source)) {
    if (path.startsWith(".")) {
      const target = new URL(path, `file:///${file}`).pathname.slice(1);
      const within =
        target.startsWith(`${room}/`) || allowed[room].some((prefix) => target.startsWith(prefix));
      if (!within) problems.add(`${file}: ${room}/ may not import ${target}`);
    } else {
      const permitted = packages[room];
      if (permitted && !permitted.includes(path))
        problems.add(`${file}: ${room}/ may not use the package ${path}`);
    }
  }
  return [...problems];
};

let files = 0;
const problems: string[] = [];
for (const room of rooms) {
  for (const file of new Glob(`${room}/**/*.{ts,tsx}`).scanSync(".")) {
    files += 1;
    problems.push(...(await problemsOf(room, file)));
  }
}
for (const problem of problems) console.error(problem);
console.log(`import arrows: ${files} files, ${problems.length} wrong`);
process.exit(problems.length > 0 ? 1 : 0);
