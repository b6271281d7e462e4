import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { KstDate } from "../../../machines/mod.ts";

const quirk = <Kind extends string, Rest extends Record<string, TSchema>>(kind: Kind, rest: Rest) =>
  Type.Object(
    { kind: Type.Literal(kind), date: Type.Optional(KstDate), ...rest },
    { additionalProperties: false },
  );

const Page = Type.Integer({ minimum: 1 });
const Count = Type.Integer({ minimum: 1 });

/**
 * What the provider's settlement list may do to whoever pages through it. A list is one (dateType, startDate, endDate);
 * a quirk is about every list, or about those whose startDate is its `date`, and each list goes through it on its own.
 * It lasts until it is cleared, unless it says otherwise. Positions are those of the list as it stands.
 *
 * Pages shift, once `afterPage` has been answered:
 * - `rowInserted`: the list's last row was not there before; now it stands at the top. A row comes twice
 * - `rowRemoved`: the top row is gone for good. A row is missed
 * - `rowMoved`: the top row stands at the end. The same rows all the time, and one is missed
 *
 * Others:
 * - `rowTwice`: the last row of `page` stands at the top of the next page once more
 * - `rowsLate`: the last `rows` rows are there only after `afterCalls` calls of the list
 * - `pageShrinks`: `page` is whole once, and without its last `by` rows from then on; the others do not move up
 * - `emptyFirstPage`: page 1 is answered `[]` the first `times` times (default once), though rows are there
 * - `malformedRow`: the row at `index` (from 0) lacks `field` (default `amount`), or has another type there
 * - `emptyBody`: past the end comes an empty body, and not `[]`
 */
export const Quirk = Type.Union([
  quirk("rowInserted", { afterPage: Page }),
  quirk("rowRemoved", { afterPage: Page }),
  quirk("rowMoved", { afterPage: Page }),
  quirk("rowTwice", { page: Page }),
  quirk("rowsLate", { rows: Count, afterCalls: Count }),
  quirk("pageShrinks", { page: Page, by: Count }),
  quirk("emptyFirstPage", { times: Type.Optional(Count) }),
  quirk("malformedRow", {
    index: Type.Integer({ minimum: 0 }),
    field: Type.Optional(Type.String({ minLength: 1 })),
    flaw: Type.Union([Type.Literal("missing"), Type.Literal("wrongType")]),
  }),
  quirk("emptyBody", {}),
]);
export type Quirk = Static<typeof Quirk>;
