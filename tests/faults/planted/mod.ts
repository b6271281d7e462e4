import type { Around } from "../../../deploy/app.ts";
import { ackBeforeWrite } from "./ack-before-write.ts";
import { newKeyWithoutLookup } from "./new-key-without-lookup.ts";
import { noCompareAndSet } from "./no-compare-and-set.ts";
import { outboxDropped } from "./outbox-dropped.ts";

/** Defects that the checker must find, by number; the fifth is a loader's (`offset-first.ts`). */
export const plants: Readonly<Record<number, string>> = {
  1: "ack before write",
  2: "no compare-and-set",
  3: "new idempotency key without a look-up",
  4: "outbox dropped",
  5: "offset committed early",
};

export const shopPlants: Readonly<Record<number, Around>> = {
  1: ackBeforeWrite,
  2: noCompareAndSet,
  3: newKeyWithoutLookup,
  4: outboxDropped,
};
