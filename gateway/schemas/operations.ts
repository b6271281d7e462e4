import { type Static, Type } from "@sinclair/typebox";
import { callerRoles } from "../caller.ts";

export const Health = Type.Object({
  status: Type.Literal("ok"),
  tossMock: Type.Optional(Type.String({ description: "No money is real here: Toss is a mock, at this URL" })),
});
export type Health = Static<typeof Health>;
/** Who the caller is, by its token. */
export const Me = Type.Object({
  role: Type.Union(callerRoles.map((role) => Type.Literal(role))),
  id: Type.String(),
});
export type Me = Static<typeof Me>;
export const Nothing = Type.Object({});
