import type { Around } from "../../../deploy/app.ts";
import { ackBeforeWrite } from "./ack-before-write.ts";
import { newKeyWithoutLookup } from "./new-key-without-lookup.ts";
import { noCompareAndSet } from "./no-compare-and-set.ts";
import { outboxDropped } from "./outbox-dropped.ts";

/** Defects that must be found, by number, and the check that must find each; the fifth is a loader's (`offset-first.ts`). */
export const plants: Readonly<Record<number, { readonly name: string; readonly check: string }>> = {
  1: { name: "ack before write", check: "acknowledged" },
  2: { name: "no compare-and-set", check: "acknowledged" },
  3: { name: "new idempotency key without a look-up", check: "money" },
  4: { name: "outbox dropped", check: "events" },
  5: { name: "offset committed early", check: "settlement" },
};

export const shopPlants: Readonly<Record<number, Around>> = {
  1: ackBeforeWrite,
  2: noCompareAndSet,
  3: newKeyWithoutLookup,
  4: outboxDropped,
};
