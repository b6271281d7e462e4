import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

const Advisory = Type.Object({
  title: Type.String(),
  url: Type.String(),
  severity: Type.Union(
    (["info", "low", "moderate", "high", "critical"] as const).map((one) => Type.Literal(one)),
  ),
});
/** By package. */
const Report = Type.Record(Type.String(), Type.Array(Advisory));

export type Audit =
  | { readonly status: "checked"; readonly problems: readonly string[]; readonly lesser: readonly string[] }
  | { readonly status: "not checked"; readonly reason: string };

/** What `bun audit --json` printed, judged: high and critical ones are problems. */
export const judgeAudit = (stdout: string, stderr: string): Audit => {
  let report: unknown;
  try {
    report = JSON.parse(stdout);
  } catch {
    return { status: "not checked", reason: lastLineOf(stderr) };
  }
  if (!Value.Check(Report, report))
    return { status: "not checked", reason: "the answer is of an unknown form" };
  const found = Object.entries(report).flatMap(([name, advisories]) =>
    advisories.map(({ severity, title, url }) => ({
      severity,
      text: `${name}: ${severity}: ${title} (${url})`,
    })),
  );
  const isGrave = ({ severity }: { severity: string }) => severity === "high" || severity === "critical";
  return {
    status: "checked",
    problems: found.filter(isGrave).map(({ text }) => `${text}. Take a version without it.`),
    lesser: found.filter((one) => !isGrave(one)).map(({ text }) => text),
  };
};

/** Asks the registry for what is known of the packages in bun.lock. @param env in which bun finds its registry */
export const audit = async (env = process.env): Promise<Audit> => {
  const asked = Bun.spawn([process.execPath, "audit", "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  const [stdout, stderr] = await Promise.all([
    new Response(asked.stdout).text(),
    new Response(asked.stderr).text(),
    asked.exited,
  ]);
  return judgeAudit(stdout, stderr);
};

/** Without the address, which may be a private registry's. */
const lastLineOf = (text: string): string =>
  (text.trim().split("\n").at(-1) ?? "").replace(/https?:\/\/\S+/g, "the registry") || "no answer";
