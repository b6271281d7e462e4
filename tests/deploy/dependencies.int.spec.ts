import { describe, expect, test } from "bun:test";
import { audit, judgeAudit } from "../../deploy/dependencies/advisories.ts";
import { licenceOf, licenceProblems } from "../../deploy/dependencies/licences.ts";
import { folderOf, productionOf, readLock } from "../../deploy/dependencies/lock.ts";
import { type Manifest, pinProblems } from "../../deploy/dependencies/pins.ts";

const SUM = `sha512-${"A".repeat(86)}==`;

/** As Bun writes it, commas too many included: `a` needs `b`, and has a `c` of its own; `tool` is for development. */
const LOCK = `{
  "lockfileVersion": 2,
  "workspaces": { "": { "name": "shop", "dependencies": { "a": "1.0.0", }, "devDependencies": { "tool": "2.0.0", }, }, },
  "packages": {
    "a": ["a@1.0.0", "", { "dependencies": { "@s/b": "^1", "c": "^2" }, "optionalDependencies": { "elsewhere": "1" } }, "${SUM}"],
    "@s/b": ["@s/b@1.1.0", "", { "dependencies": { "c": "^1" }, "peerDependencies": { "p": "1", "q": "1" }, "optionalPeers": ["q"] }, "${SUM}"],
    "a/c": ["c@2.0.0", "", {}, "${SUM}"],
    "c": ["c@1.0.0", "", {}, "${SUM}"],
    "p": ["p@1.0.0", "", {}, "${SUM}"],
    "q": ["q@1.0.0", "", {}, "${SUM}"],
    "tool": ["tool@2.0.0", "", { "dependencies": { "of-tool": "1" } }, "${SUM}"],
    "of-tool": ["of-tool@1.0.0", "", {}, "${SUM}"],
  },
}`;
const MANIFEST: Manifest = {
  dependencies: { a: "1.0.0" },
  devDependencies: { tool: "2.0.0" },
  trustedDependencies: [],
};

describe("production", () => {
  test("productionOf_followsWhatIsNeeded_andLeavesOutWhatIsNot", () => {
    const found = productionOf(readLock(LOCK));
    expect(found.map(({ name, version }) => `${name}@${version}`).sort()).toEqual([
      "@s/b@1.1.0",
      "a@1.0.0",
      "c@1.0.0",
      "c@2.0.0",
      "p@1.0.0",
    ]);
    expect(found.map(folderOf)).toContain("node_modules/a/node_modules/c");
  });

  test("readLock_tellsWhatMayBeMissing_packagesOfAPlatform", () => {
    const text = LOCK.replace('"a/c": ["c@2.0.0", "", {}', '"a/c": ["c@2.0.0", "", { "os": "darwin" }');
    const { packages } = readLock(text);
    expect([...packages.values()].filter(({ ofPlatform }) => ofPlatform).map(({ key }) => key)).toEqual([
      "a/c",
    ]);
  });
});

describe("licences", () => {
  const problems = (licence: string | undefined, name = "some") =>
    licenceProblems([{ name, version: "1.0.0", licence }]);

  test.each(["MIT", "Apache-2.0", "(MIT OR GPL-3.0)", "GPL-2.0 OR BSD-3-Clause", "MIT AND ISC"])(
    "licenceProblems_areNone: %s",
    (licence) => expect(problems(licence)).toEqual([]),
  );

  test.each([
    "GPL-3.0",
    "AGPL-3.0-only",
    "MIT AND GPL-3.0",
    "SSPL-1.0",
    "UNLICENSED",
    "((MIT))",
    "see LICENSE",
  ])("licenceProblems_nameThePackage: %s", (licence) =>
    expect(problems(licence)).toEqual([expect.stringContaining(`some@1.0.0 has the licence ${licence}`)]),
  );

  test("licenceProblems_nameThePackage_itHasNone", () => {
    expect(problems(undefined)).toEqual([expect.stringContaining("names no licence")]);
  });

  test("licenceProblems_knowTheException_underItsLicenceOnly", () => {
    expect(problems("EPL-2.0 OR GPL-3.0-or-later", "elkjs")).toEqual([]);
    expect(problems("GPL-3.0-or-later", "elkjs")).toHaveLength(1);
    expect(problems("EPL-2.0 OR GPL-3.0-or-later", "another")).toHaveLength(1);
  });

  test("licenceOf_readsOlderForms", () => {
    expect(licenceOf({ license: "MIT" })).toBe("MIT");
    expect(licenceOf({ license: { type: "ISC" } })).toBe("ISC");
    expect(licenceOf({ licenses: [{ type: "MIT" }, { type: "GPL-2.0" }] })).toBe("MIT OR GPL-2.0");
    expect(licenceOf({})).toBeUndefined();
  });
});

describe("pins", () => {
  test("pinProblems_areNone_allIsExact", () => {
    expect(pinProblems(MANIFEST, readLock(LOCK))).toEqual([]);
  });

  test.each(["^1.0.0", "~1.0.0", "1.x", "latest", "*", ">=1.0.0", "github:a/a"])(
    "pinProblems_nameARange: %s",
    (version) => {
      const lock = readLock(LOCK.replace('"a": "1.0.0"', `"a": "${version}"`));
      expect(pinProblems({ ...MANIFEST, dependencies: { a: version } }, lock)).toEqual([
        expect.stringContaining(`a is asked for as ${version}`),
      ]);
    },
  );

  test("pinProblems_nameWhatTheLockDiffersIn", () => {
    const manifest = { ...MANIFEST, dependencies: { a: "1.0.1", extra: "1.0.0" } };
    expect(pinProblems(manifest, readLock(LOCK))).toEqual([
      expect.stringContaining("a is not in bun.lock"),
      expect.stringContaining("extra is not in bun.lock"),
    ]);
  });

  test("pinProblems_nameWhatHasNoChecksum", () => {
    const lock = readLock(LOCK.replace(`"p@1.0.0", "", {}, "${SUM}"`, `"p@1.0.0", "", {}, "sha1-AAAA"`));
    expect(pinProblems(MANIFEST, lock)).toEqual([expect.stringContaining("p@1.0.0 has no sha512")]);
  });

  test("pinProblems_nameWhoMayRunAtInstallation", () => {
    const { trustedDependencies: _, ...silent } = MANIFEST;
    expect(pinProblems(silent, readLock(LOCK))).toEqual([expect.stringContaining("trustedDependencies: []")]);
    expect(pinProblems({ ...MANIFEST, trustedDependencies: ["esbuild"] }, readLock(LOCK))).toEqual([
      expect.stringContaining("esbuild may run a script"),
    ]);
  });
});

describe("advisories", () => {
  const advisory = (severity: string) => ({
    ...{ id: 1, title: "Prototype pollution", url: "https://github.com/advisories/GHSA-1", severity },
    vulnerable_versions: "<2.0.0",
  });

  test("judgeAudit_failsOnHighAndCritical_andTellsTheRest", () => {
    const report = {
      a: [advisory("high"), advisory("low")],
      b: [advisory("critical"), advisory("moderate")],
    };
    const judged = judgeAudit(JSON.stringify(report), "");
    if (judged.status !== "checked") throw new Error("it was not checked");
    expect(judged.problems.map((one) => one.slice(0, 12))).toEqual(["a: high: Pro", "b: critical:"]);
    expect(judged.lesser).toHaveLength(2);
  });

  test("judgeAudit_isClean_nothingIsKnown", () => {
    expect(judgeAudit("{}", "")).toEqual({ status: "checked", problems: [], lesser: [] });
  });

  test("judgeAudit_saysThatItDidNotCheck_registryOffersNone", () => {
    const stderr =
      "bun audit v1.4.5\n\nerror: POST https://registry.example/-/npm/v1/security/advisories/bulk - 405\n";
    expect(judgeAudit("", stderr)).toEqual({
      status: "not checked",
      reason: "error: POST the registry - 405",
    });
    expect(judgeAudit('{"error":"no"}', "")).toMatchObject({ status: "not checked" });
  });

  test.each([
    ["that knows of one", () => Response.json({ elysia: [advisory("high")] }), "checked", 1],
    ["that knows of none", () => Response.json({}), "checked", 0],
    ["that has no advisories", () => new Response("no", { status: 405 }), "not checked", undefined],
  ] as const)("audit_asksARegistry: %s", async (_, answer, status, count) => {
    const registry = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: answer });
    const env = {
      ...process.env,
      NPM_CONFIG_REGISTRY: registry.url.href,
      BUN_CONFIG_REGISTRY: registry.url.href,
    };
    const found = await audit(env);
    await registry.stop(true);
    expect(found.status).toBe(status);
    if (found.status === "checked") expect(found.problems).toHaveLength(count ?? 0);
  });
});
