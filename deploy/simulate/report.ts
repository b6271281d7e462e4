import Table from "cli-table3";
import type { Summary } from "./run.ts";
import type { Broken, Tally } from "./tally.ts";

const SHOWN = 10;
const plain = {
  style: { head: [], border: [], compact: true },
};
const whole = (number: number): string => Math.round(number).toLocaleString("en-US");
const ms = (time: number): string => `${time < 10 ? time.toFixed(1) : whole(time)} ms`;

/** The summary as text for a terminal. Its last line is the verdict. */
export const reportOf = (summary: Summary): string => {
  const { broken, checked } = summary.invariants.totals();
  return [
    customersTable(summary),
    actionsTable(summary),
    `${whole(summary.customers)} customers, ${whole(summary.orders)} orders · ${whole(summary.rateReached)} customers/s came, ` +
      `${whole(summary.repliesPerSecond)} replies/s · seed ${summary.seed}`,
    invariantsTable(summary.invariants),
    booksLine(summary.books),
    ...firstBroken(summary),
    `invariants: ${whole(checked)} checked, ${whole(broken)} broken`,
  ].join("\n");
};

/** Whether all that was checked holds, the mock's books too where they could be asked. */
export const allHolds = ({ invariants, books }: Summary): boolean =>
  invariants.totals().broken === 0 && (typeof books === "string" || books.totals().broken === 0);

const customersTable = ({ scripts }: Summary): string => {
  const table = new Table({ ...plain, head: ["a customer who", "came"], colAligns: ["left", "right"] });
  for (const [script, count] of [...scripts].sort(([, a], [, b]) => b - a))
    table.push([script, whole(count)]);
  return table.toString();
};

const actionsTable = ({ figures }: Summary): string => {
  const table = new Table({
    ...plain,
    head: ["action", "answered", "replies by status", "p50", "p99"],
    colAligns: ["left", "right", "left", "right", "right"],
  });
  for (const [action, { count, replies, p50, p99 }] of figures) {
    const by = Object.entries(replies).map(([status, number]) => `${status} ×${whole(number)}`);
    table.push([action, whole(count), by.join("  "), ms(p50), ms(p99)]);
  }
  return table.toString();
};

const invariantsTable = ({ counts }: Tally): string => {
  const table = new Table({
    ...plain,
    head: ["invariant", "checked", "broken"],
    colAligns: ["left", "right", "right"],
  });
  for (const [invariant, { checked, broken }] of counts) {
    table.push([invariant, whole(checked), whole(broken)]);
  }
  return table.toString();
};

const booksLine = (books: Summary["books"]): string => {
  if (typeof books === "string") return `Toss' books: not compared. ${books}`;
  const { checked, broken } = books.totals();
  return `Toss' books, apart: ${whole(checked)} orders compared, ${whole(broken)} differ`;
};

const firstBroken = ({ invariants, books }: Summary): string[] => {
  const all: Broken[] = [...invariants.broken, ...(typeof books === "string" ? [] : books.broken)];
  return all
    .slice(0, SHOWN)
    .map(
      ({ invariant, orderId, found }) => `BROKEN  ${orderId || "(no order)"}  ${invariant}\n        ${found}`,
    );
};
