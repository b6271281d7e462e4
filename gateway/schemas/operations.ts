import { type Static, Type } from "@sinclair/typebox";

export const Health = Type.Object({
  status: Type.Literal("ok"),
  tossMock: Type.Optional(Type.String({ description: "No money is real here: Toss is a mock, at this URL" })),
});
export type Health = Static<typeof Health>;
export const Nothing = Type.Object({});
