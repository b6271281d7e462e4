import { Type } from "@sinclair/typebox";
import { KstDate } from "../../../machines/mod.ts";
import { answered, type Control, valid } from "../http/control.ts";
import { GenerateRequest, type OfDay, type Settlements } from "./handle.ts";
import { Quirk } from "./quirks.ts";

const Day = Type.Union([
  Type.Object({ paidOutDate: KstDate }, { additionalProperties: false }),
  Type.Object({ soldDate: KstDate }, { additionalProperties: false }),
]);

/** With which another process works the settlement side. */
export function createSettlementControls(settlements: Settlements): Control[] {
  return [
    {
      method: "POST",
      path: "/mock/settlements/rows",
      answer: (body) => answered(() => settlements.generate(valid(GenerateRequest, body))),
    },
    {
      method: "POST",
      path: "/mock/settlements/quirks",
      answer: (body) =>
        answered(() => {
          settlements.arm(valid(Quirk, body));
          return {};
        }),
    },
    {
      method: "DELETE",
      path: "/mock/settlements/quirks",
      answer: () =>
        answered(() => {
          settlements.disarm();
          return {};
        }),
    },
    {
      method: "GET",
      path: "/mock/settlements/totals",
      answer: (_, query) =>
        answered(() => {
          const day: OfDay = valid(Day, Object.fromEntries(query));
          return settlements.totals(day);
        }),
    },
  ];
}
