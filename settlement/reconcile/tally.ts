import type { Finding, Reconciliation } from "../ports.ts";

/** Counts what was found, and keeps the first findings: there may be as many as rows. */
export interface Tally {
  matched(): void;
  notYetDue(): void;
  found(finding: Finding): void;
  readonly counts: Reconciliation["counts"];
  readonly findings: readonly Finding[];
  readonly clean: boolean;
}

export const createTally = (maxFindings: number): Tally => {
  const counts = {
    matched: 0,
    amountMismatch: 0,
    missingHere: 0,
    missingAtToss: 0,
    notYetDue: 0,
    feeMismatch: 0,
    payOutMismatch: 0,
  };
  const findings: Finding[] = [];
  return {
    counts,
    findings,
    matched() {
      counts.matched += 1;
    },
    notYetDue() {
      counts.notYetDue += 1;
    },
    found(finding) {
      counts[finding.status] += 1;
      if (findings.length < maxFindings) findings.push(finding);
    },
    get clean() {
      const { matched: _, notYetDue: __, ...wrong } = counts;
      return Object.values(wrong).every((count) => count === 0);
    },
  };
};
