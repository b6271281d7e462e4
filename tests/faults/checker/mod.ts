import { checkAcknowledged } from "./acknowledged.ts";
import { checkAnswers } from "./answers.ts";
import { checkAudit } from "./audit.ts";
import { checkEvents } from "./events.ts";
import type { Evidence, Violation } from "./evidence.ts";
import { checkFed } from "./fed.ts";
import { checkLinearizable } from "./linearizable.ts";
import { checkMoney } from "./money.ts";
import { checkPromised } from "./promised.ts";
import { checkReads } from "./reads.ts";
import { checkRefusals } from "./refusals.ts";
import { checkSettlement } from "./settlement.ts";
import { checkStored } from "./stored.ts";
import { checkTroubles } from "./troubles.ts";

export type { Evidence, Violation } from "./evidence.ts";

const checks = [
  checkAcknowledged,
  checkPromised,
  checkAnswers,
  checkLinearizable,
  checkReads,
  checkRefusals,
  checkStored,
  checkEvents,
  checkMoney,
  checkSettlement,
  checkAudit,
  checkTroubles,
  checkFed,
];

/** Every violation that the evidence holds. */
export const checkAll = (evidence: Evidence): Violation[] => checks.flatMap((check) => check(evidence));
