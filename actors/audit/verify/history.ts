import type { HistoryEntry } from "../../document.ts";
import { canonical } from "../canonical.ts";
import { CHAIN_START, linkOf } from "../chain.ts";
import { type Finding, findingOf } from "./finding.ts";
import { type AuditedDocument, type AuditedEntry, entryShape } from "./shape.ts";

/** An order's whole past, from the archive and the document. */
export interface WholeHistory {
  readonly entries: readonly AuditedEntry[];
  readonly findings: readonly Finding[];
}

/** What is in both is the document's, and the archive must say the same of it. */
export const wholeHistory = (
  { orderId, history, seq: newest }: AuditedDocument,
  archived: readonly { seq: unknown; entry: unknown }[],
): WholeHistory => {
  const findings: Finding[] = [];
  const old: AuditedEntry[] = [];
  const first = history[0]?.seq ?? newest + 1;
  for (const { seq, entry } of archived) {
    const place = { orderId, ...(typeof seq === "number" && { seq }) };
    if (!entryShape.Check(entry) || entry.seq !== seq) {
      const found = "something else";
      findings.push(
        findingOf("ARCHIVE_DIFFERS", { ...place, expected: `a history entry with seq ${seq}`, found }),
      );
    } else if (entry.seq < first) {
      old.push(entry);
    } else {
      const same = history[entry.seq - first];
      if (same && canonical(same) === canonical(entry)) continue;
      const expected = same ? "the entry of the document" : `no entry after ${newest}`;
      findings.push(
        findingOf("ARCHIVE_DIFFERS", { ...place, expected, found: `${entry.type} of ${entry.at}` }),
      );
    }
  }
  const entries = [...old, ...history];
  const gap = entries.findIndex(({ seq }, index) => seq !== index + 1);
  if (gap !== -1) {
    const found = `seq ${entries[gap]?.seq}`;
    findings.push(
      findingOf("HISTORY_GAP", { orderId, seq: gap + 1, expected: `an entry ${gap + 1}`, found }),
    );
  } else if (entries.length !== newest) {
    findings.push(
      findingOf("HISTORY_GAP", {
        orderId,
        seq: newest,
        expected: `${newest} entries, as the document says`,
        found: `${entries.length}`,
      }),
    );
  }
  return { entries, findings };
};

/** Each entry's link, the rule that a chain once begun goes on, and that each step begins where the last one ended. */
export const checkChain = (orderId: string, entries: readonly AuditedEntry[]): Finding[] => {
  const findings: Finding[] = [];
  let [before, begun, state]: [string, boolean, string | null] = [CHAIN_START, false, null];
  for (const entry of entries) {
    const { seq, chain, order, from, to } = entry;
    const place = { orderId, seq };
    if (from !== state) {
      findings.push(
        findingOf("DIFFERS_FROM_HISTORY", { ...place, expected: `from ${state}`, found: `from ${from}` }),
      );
    }
    state = to;
    if (chain !== undefined) {
      const link = linkOf(orderId, before, entry as unknown as HistoryEntry);
      if (chain !== link)
        findings.push(findingOf("CHAIN_BROKEN", { ...place, expected: link, found: chain }));
      begun = true;
    } else if (begun || order !== undefined) {
      findings.push(findingOf("CHAIN_STOPPED", { ...place, expected: "a link", found: "none" }));
    }
    before = chain ?? CHAIN_START;
  }
  return findings;
};
