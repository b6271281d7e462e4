import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Lines with code on them of a file, or of a folder's TypeScript: neither empty nor only comment. */
export const linesOfCode = (path: string): number => {
  if (!statSync(path).isDirectory()) return linesIn(readFileSync(path, "utf8"));
  return readdirSync(path)
    .filter((name) => name.endsWith(".ts") || statSync(join(path, name)).isDirectory())
    .reduce((sum, name) => sum + linesOfCode(join(path, name)), 0);
};

const linesIn = (source: string): number =>
  source
    .replaceAll(/\/\*[\s\S]*?\*\//g, "")
    .split("\n")
    .filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length;
