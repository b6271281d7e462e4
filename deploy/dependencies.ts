/**
 * Looks at what the shop is built from: licences of all that runs in production, known vulnerabilities, exact versions,
 * checksums, and that nothing runs when it is installed. Exits 1 naming each problem.
 */
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { audit } from "./dependencies/advisories.ts";
import { exceptions, licenceOf, licenceProblems } from "./dependencies/licences.ts";
import { folderOf, productionOf, readLock } from "./dependencies/lock.ts";
import { pinProblems } from "./dependencies/pins.ts";

const Names = Type.Optional(Type.Record(Type.String(), Type.String()));
const Manifest = Type.Object({
  dependencies: Names,
  devDependencies: Names,
  trustedDependencies: Type.Optional(Type.Array(Type.String())),
});
const Installed = Type.Object({ version: Type.String(), license: Type.Unknown(), licenses: Type.Unknown() });

const lock = readLock(await Bun.file("bun.lock").text());
const manifest = Value.Parse(Manifest, await Bun.file("package.json").json());

const problems = pinProblems(manifest, lock);
const licensed = [];
for (const one of productionOf(lock)) {
  const file = Bun.file(`${folderOf(one)}/package.json`);
  if (!(await file.exists())) {
    if (!one.ofPlatform) problems.push(`${one.name}@${one.version} is not installed: run bun install.`);
    continue;
  }
  const installed = Value.Cast(Installed, await file.json());
  if (installed.version !== one.version) {
    problems.push(
      `${one.name} is installed as ${installed.version} and locked as ${one.version}: run bun install.`,
    );
  }
  licensed.push({ name: one.name, version: one.version, licence: licenceOf(installed) });
}
problems.push(...licenceProblems(licensed));

const advisories = await audit();
if (advisories.status === "checked") {
  problems.push(...advisories.problems);
  for (const one of advisories.lesser) console.warn(`advisory: ${one}`);
} else {
  console.warn(`VULNERABILITIES NOT CHECKED: the registry offers no advisories (${advisories.reason})`);
}
for (const { name } of licensed.filter(({ name }) => Object.hasOwn(exceptions, name))) {
  console.log(`exception: ${name}, ${exceptions[name]?.licence}: ${exceptions[name]?.reason}`);
}
for (const problem of problems) console.error(problem);
console.log(
  `dependencies: ${licensed.length} in production, ${lock.packages.size} in all, ${problems.length} wrong`,
);
process.exit(problems.length > 0 ? 1 : 0);
