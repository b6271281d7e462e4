import { type Check, violationsOf } from "./evidence.ts";

/** What the run itself saw that must not be: an end without a kill, a dead letter, no rest once all was healed. */
export const checkTroubles: Check = ({ troubles }) =>
  violationsOf(
    "rest",
    troubles.map((message) => ({ about: "the run", message, shown: {} })),
  );
