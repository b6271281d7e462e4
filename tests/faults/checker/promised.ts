import { type Check, violationsOf } from "./evidence.ts";

/** A command that was answered 202 was run in the end: accepted or refused, but told. */
export const checkPromised: Check = ({ promised }) =>
  violationsOf(
    "promised",
    [...promised].flatMap(([commandId, status]) =>
      status === "done"
        ? []
        : [
            {
              about: commandId,
              message: `a command was promised by 202 and is ${status}`,
              shown: { commandId, status },
            },
          ],
    ),
  );
