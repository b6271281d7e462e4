/** What does not hold, and what to do about it. */
export interface Finding {
  readonly code: FindingCode;
  readonly orderId?: string;
  /** Of the history entry. */
  readonly seq?: number;
  /** Of the trail's record. */
  readonly n?: number;
  readonly expected: string;
  readonly found: string;
  readonly remedy: string;
}

const restore =
  "Somebody wrote to the store past Jumun, or it was damaged. Keep a copy of it as it is, compare the order with " +
  "the newest backup in which it is whole and with Toss' books, and find out who can write there.";
const rewritten =
  "Records were changed, taken out or put in. Keep a copy of the trail as it is, compare it with its newest backup, " +
  "and check with --since from the newest head that was kept elsewhere.";

/** Every kind of finding, with its remedy. */
const remedies = {
  ORDER_UNREADABLE: restore,
  ORDER_MISSING: `The trail has sealed an order that the store does not have. ${restore}`,
  HISTORY_GAP: restore,
  CHAIN_BROKEN: restore,
  CHAIN_STOPPED: `${restore} Where an earlier release was started on these orders again, this is its doing.`,
  ARCHIVE_DIFFERS: restore,
  SNAPSHOT_CHANGED: restore,
  DIFFERS_FROM_HISTORY: restore,
  FIELD_DIFFERS: restore,
  REPLY_DIFFERS: restore,
  SEALED_HEAD_NOT_FOUND: `The order was put back to an earlier state, or its history written anew. ${restore}`,
  TRAIL_GAP: rewritten,
  TRAIL_BROKEN: rewritten,
  KEPT_HEAD_NOT_FOUND:
    "The trail does not contain the head that you kept: it was cut off or written anew since, or the head is of " +
    "another shop. Compare it with its newest backup.",
} as const;

export type FindingCode = keyof typeof remedies;

/** Where it was found, and between what it lies. Values are shortened. */
export interface Difference {
  readonly orderId?: string;
  readonly seq?: number;
  readonly n?: number;
  readonly expected: unknown;
  readonly found: unknown;
}

export const findingOf = (code: FindingCode, { expected, found, ...place }: Difference): Finding => ({
  code,
  ...place,
  expected: shown(expected),
  found: shown(found),
  remedy: remedies[code],
});

const LONGEST = 300;

const shown = (value: unknown): string => {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
};
