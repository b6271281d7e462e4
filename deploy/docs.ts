/**
 * Writes the parts of README.md that are made from the code, between their markers; with `--check` it only says
 * whether they are fresh, and that all of the repository that README.md names is there, and exits 1 when not.
 */
import { existsSync } from "node:fs";
import type { TObject } from "@sinclair/typebox";
import { type Access, access } from "../gateway/auth/access.ts";
import { type CallerRole, callerRoles } from "../gateway/caller.ts";
import type { ChartNode } from "../machines/chart.ts";
import { charts } from "../machines/charts.ts";
import { type CommandType, refusalCodes } from "../machines/mod.ts";
import { Settings } from "./config.ts";
import { mermaidOf } from "./diagrams/mermaid.ts";
import { pathsIn } from "./docs/paths.ts";
import { SettlementSettings } from "./settlement-config.ts";

interface Arrow {
  readonly from: string;
  readonly command: string;
  readonly event: string;
  readonly to: string;
}

/** Every transition of the chart that a command takes: what makes an order, what every state hears, then by state. */
const arrows = (): Arrow[] => {
  const { nodes, edges, inner } = charts.order;
  const outOf = ({ id, label, inner }: ChartNode): Arrow[] => [
    ...edges
      .filter((edge) => edge.from === id)
      .flatMap(({ to, labels }) => labels.map((one) => ({ from: label, to: leaf(to), ...one }))),
    ...inner.map((one) => ({ from: label, to: "the same", ...one })),
  ];
  return [
    ...nodes.filter(({ kind }) => kind === "initial").flatMap(outOf),
    ...inner.map((one) => ({ from: "any state", to: "the same", ...one })),
    ...nodes.filter(({ kind }) => kind !== "initial").flatMap(outOf),
  ];
};

const leaf = (id: string) => id.split(".").at(-1) ?? id;

const diagram = (): string =>
  [
    "![The states of an order](machines/diagrams/order.svg)",
    "",
    "<details><summary>The same as Mermaid, named by the commands</summary>",
    "",
    "```mermaid",
    `${mermaidOf(charts.order)}\`\`\``,
    "",
    "</details>",
  ].join("\n");

/** Who may ask for a command. Total, so that a new command can't be left out of the page. */
const who: Record<CommandType, string> = {
  "order.place": "customer",
  "payment.request": "customer",
  "purchase.confirm": "customer",
  "cancellation.request": "customer",
  "cancellation.restock": "warehouse",
  "cancellation.withdraw": "customer",
  "refund.retry": "operator",
  "effect.retry": "operator",
  "payment.notice": "Toss' webhook",
  "order.expire": "policy: 30 min unpaid",
  "purchase.autoConfirm": "policy: N days after capture",
  "refund.begin": "policy: once restocked, one at a time",
  "payment.capture": "Toss' answer",
  "payment.await": "Toss' answer",
  "payment.decline": "Toss' answer",
  "refund.complete": "Toss' answer",
  "refund.fail": "Toss' answer",
  "payment.differ": "Toss' answer",
  "stray.complete": "Toss' answer",
  "stray.fail": "Toss' answer",
};

/** What an event sets off outside. */
const effects: Readonly<Record<string, string>> = {
  "payment.requested": "Toss: confirm",
  "payment.noticed": "Toss: look up",
  "payment.strayed": "Toss: cancel in full",
  "payment.mismatched": "Toss: cancel in full",
  "effect.retried": "Toss: look up, then what was given up",
  "refund.started": "Toss: cancel",
  "refund.retried": "Toss: look up, then cancel",
};

const row = (...cells: readonly string[]) => `| ${cells.join(" | ")} |`;

const eventStorming = (): string =>
  [
    row("Command", "from", "in state", "Event", "then", "Effect"),
    row("---", "---", "---", "---", "---", "---"),
    ...arrows().map(({ from, command, event, to }) =>
      row(
        `\`${command}\``,
        who[command as CommandType],
        from || "·",
        `\`${event}\``,
        to === "route" || to === "captured" ? "by lines" : to,
        effects[event] ?? "",
      ),
    ),
  ].join("\n");

const settingsOf = (those: TObject["properties"]): string =>
  [
    row("Setting", "Default", "What it is"),
    row("---", "---", "---"),
    ...Object.entries(those).map(([name, schema]) =>
      row(
        `\`${name}\``,
        schema.default === undefined ? "" : `\`${schema.default}\``,
        schema.description ?? "",
      ),
    ),
  ].join("\n");

const settings = (): string => settingsOf((Settings as TObject).properties);

/** Those that the shop does not have too. */
const settlementSettings = (): string =>
  settingsOf(
    Object.fromEntries(
      Object.entries((SettlementSettings as TObject).properties).filter(
        ([name]) => !Object.hasOwn(Settings.properties, name),
      ),
    ),
  );

/** Routes with the same answer in one row, as in `gateway/auth/access.ts`; of pages only their addresses. */
const whoMayCall = (): string => {
  const rows = new Map<string, string[]>();
  for (const [route, those] of Object.entries<Access>(access)) {
    if (/^GET \/(openapi|console)\//.test(route)) continue;
    const cells = those === "open" ? "everybody" : JSON.stringify(those);
    rows.set(cells, [...(rows.get(cells) ?? []), `\`${route}\``]);
  }
  const cell = (those: Access, role: CallerRole) =>
    those === "open" ? "yes" : { any: "yes", own: "its own", none: "" }[those[role] ?? "none"];
  return [
    row("Route", ...callerRoles, "no token"),
    row("---", ...callerRoles.map(() => "---"), "---"),
    ...[...rows].map(([cells, routes]) => {
      const those: Access = cells === "everybody" ? "open" : JSON.parse(cells);
      return row(
        routes.join(" · "),
        ...callerRoles.map((role) => cell(those, role)),
        those === "open" ? "yes" : "",
      );
    }),
  ].join("\n");
};

const codes = (): string => refusalCodes.map((code) => `\`${code}\``).join(" · ");

const parts: Readonly<Record<string, () => string>> = {
  diagram,
  "event-storming": eventStorming,
  settings,
  "settlement-settings": settlementSettings,
  codes,
  access: whoMayCall,
};

const before = await Bun.file("README.md").text();
let after = before;
for (const [name, make] of Object.entries(parts)) {
  const block = new RegExp(`(<!-- made:${name} -->\\n)[\\s\\S]*?(<!-- /made -->)`);
  if (!block.test(after)) throw new Error(`README.md has no place for ${name}.`);
  after = after.replace(block, (_, start: string, end: string) => `${start}${make()}\n${end}`);
}
if (process.argv.includes("--check")) {
  console.log(after === before ? "README.md is fresh" : "README.md is stale: run `bun run docs`");
  const missing = pathsIn(before).filter((path) => !existsSync(path));
  for (const path of missing) console.error(`README.md names ${path}, which is not there.`);
  process.exit(after === before && missing.length === 0 ? 0 : 1);
}
await Bun.write("README.md", after);
console.log("README.md written");
