import { TerminalError } from "../errors.ts";

/** Where a page ended: lists are ordered by placedAt and then orderId. */
export interface Cursor {
  readonly placedAt: string;
  readonly orderId: string;
}

export const encodeCursor = ({ placedAt, orderId }: { placedAt: string | null; orderId: string }): string =>
  Buffer.from(`${placedAt} ${orderId}`).toString("base64url");

/** Reads a cursor that a list gave out. Throws COMMAND_MALFORMED for anything else. */
export const decodeCursor = (cursor: string): Cursor => {
  const match = /^(\d{4}-\d\d-\d\dT[\d:.]{8,12}Z) ([A-Za-z0-9_-]{1,64})$/.exec(
    Buffer.from(cursor, "base64url").toString(),
  );
  if (!match?.[1] || !match[2]) {
    throw new TerminalError("COMMAND_MALFORMED", {
      message: "This cursor was not given out by a list. Begin again without it.",
    });
  }
  return { placedAt: match[1], orderId: match[2] };
};
