import type { Violation } from "./checker/mod.ts";
import { outcomeOf } from "./checker/outcome.ts";
import type { RunReport } from "./run.ts";

const count = (names: readonly string[]): string =>
  [...Map.groupBy(names, (name) => name)]
    .map(([name, all]) => `${name} ${all.length}`)
    .toSorted()
    .join(" · ");

/** What was done to a stack, and what it did meanwhile. */
export const reportText = ({ stack, struck, evidence, violations }: RunReport): string => {
  const { ops, orders, channels, accounts, days } = evidence;
  const commands = ops.filter(({ kind }) => kind === "command");
  const outcomes = count(commands.map(({ answer }) => outcomeOf(answer)));
  const moved = accounts.reduce((sum, { captures, refunds }) => sum + captures.length + refunds.length, 0);
  const entries = [...orders.values()].reduce((sum, { history }) => sum + history.length, 0);
  const rows = days.reduce((sum, { truth }) => sum + truth.length, 0);
  return [
    `${stack}: ${struck.length} faults, ${violations.length} violations`,
    `  faults: ${count(struck.map(({ kind, target }) => `${kind} ${target}`))}`,
    `  ${commands.length} commands (${outcomes}), ${ops.length - commands.length} reads`,
    `  ${orders.size} orders with ${entries} events, ${moved} captures and refunds, ${rows} settlement rows`,
    `  delivered: ${channels.map(({ name, delivered }) => `${delivered.length} by ${name}`).join(", ")}`,
  ].join("\n");
};

const SHOWN = 3;
const LONGEST = 1_500;

/** Which checks failed, each with its first proofs. */
export const violationsText = (violations: readonly Violation[]): string =>
  [...Map.groupBy(violations, ({ check }) => check)]
    .map(([check, all]) => {
      const first = all.slice(0, SHOWN).map(({ about, message, shown }) => {
        const proof = JSON.stringify(shown) ?? "";
        return `  - ${about}: ${message}\n    ${proof.length > LONGEST ? `${proof.slice(0, LONGEST)} …` : proof}`;
      });
      return `VIOLATED ${check}: ${all.length}\n${first.join("\n")}`;
    })
    .join("\n");
