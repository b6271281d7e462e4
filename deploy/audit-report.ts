import Table from "cli-table3";
import type { VerifyReport } from "../actors/audit/verify/verify.ts";

/** What `--strict` minds beside findings. */
export interface Doubts {
  /** Entries of earlier releases, which have no link. */
  readonly unchained: number;
  /** Orders that were not sealed long after they changed. */
  readonly longUnsealed: boolean;
  readonly lostFacts: number;
}

/** A running shop seals within seconds. In ms. */
const LONG_MS = 15 * 60_000;

export const doubtsOf = ({ entries, unsealed, trail }: VerifyReport, now: number): Doubts => ({
  unchained: entries.unchained,
  longUnsealed: unsealed.oldest !== null && now - Date.parse(unsealed.oldest) > LONG_MS,
  lostFacts: trail.lostFacts,
});

const whole = (count: number): string => count.toLocaleString("en-US");

const age = (instant: string, now: number): string => {
  const seconds = Math.max(0, Math.round((now - Date.parse(instant)) / 1_000));
  return seconds < 120
    ? `${seconds} s`
    : seconds < 7_200
      ? `${Math.round(seconds / 60)} min`
      : `${Math.round(seconds / 3_600)} h`;
};

/** The report as people read it. */
export const reportText = (report: VerifyReport, now: number): string => {
  const { entries, findings, found, orders, trail, unsealed } = report;
  const lines = [
    `${whole(orders)} orders, ${whole(entries.chained)} history entries with a link` +
      (entries.unchained > 0 ? `, ${whole(entries.unchained)} without: of an earlier release` : ""),
    `${whole(trail.records)} records in the trail: ${whole(trail.seals)} seals, ${whole(trail.facts)} facts` +
      (trail.lostFacts > 0 ? `, ${whole(trail.lostFacts)} facts lost while it could not be written` : ""),
  ];
  if (unsealed.oldest !== null) {
    lines.push(
      `${whole(unsealed.orders)} orders are not sealed yet, the oldest for ${age(unsealed.oldest, now)}. ` +
        "A running shop seals them; what it left at a crash, its next start.",
    );
  }
  if (findings.length > 0) {
    const table = new Table({
      head: ["finding", "where", "expected", "found"],
      style: { head: [] },
      wordWrap: true,
      colWidths: [24, 34, 34, 34],
      wrapOnWordBoundary: false,
    });
    for (const { code, orderId, seq, n, expected, found: there } of findings) {
      const where = [orderId, seq !== undefined && `seq ${seq}`, n !== undefined && `record ${n}`];
      table.push([code, where.filter(Boolean).join("\n"), expected, there]);
    }
    lines.push(table.toString());
    if (found > findings.length) lines.push(`… and ${whole(found - findings.length)} more`);
    const remedies = new Map(findings.map(({ code, remedy }) => [code, remedy]));
    for (const [code, remedy] of remedies) lines.push(`${code}: ${remedy}`);
  }
  lines.push(found === 0 ? "Whole: nothing differs." : `NOT WHOLE: ${whole(found)} findings.`);
  if (trail.newest) {
    lines.push(
      `Newest head: ${trail.newest.n}:${trail.newest.hash}\n` +
        "Keep it where nobody who can write to the stores can; --since proves later that the trail still has it.",
    );
  }
  return lines.join("\n");
};
