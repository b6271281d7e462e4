import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathsIn } from "../../deploy/docs/paths.ts";

const ROOT = resolve(import.meta.dir, "../..");

test("pathsIn_findsLinksAndBackticks_andNothingElse", () => {
  const text = [
    "See `gateway/auth/access.ts`, [a test](tests/gateway/rates.int.spec.ts#L1), ![a picture](machines/one.svg),",
    "the folder `tests/faults/disk`, [the web](https://example.com/a.ts), [below](#limits), `.cache/fuzz/<role>.html`,",
    "`deploy/<name>.ts`, `tests/*.ts`, `bun test tests/some.ts`, `jumun/gateway/client.ts`, [a licence](LICENSE).",
    "```sh",
    "bun test `tests/in/a/block.ts`",
    "```",
  ].join("\n");
  expect(pathsIn(text).toSorted()).toEqual([
    "LICENSE",
    "gateway/auth/access.ts",
    "machines/one.svg",
    "tests/faults/disk",
    "tests/gateway/rates.int.spec.ts",
  ]);
});

test("readme_namesNothingThatIsNotThere_threatsAndTheirTests", async () => {
  const text = await Bun.file(resolve(ROOT, "README.md")).text();
  const threats = text.slice(text.indexOf("### Threats"), text.indexOf("## Benchmarks"));
  expect(pathsIn(threats).length).toBeGreaterThan(25);
  expect(pathsIn(text).filter((path) => !existsSync(resolve(ROOT, path)))).toEqual([]);
});
