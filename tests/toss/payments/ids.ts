import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { compactTime } from "./time.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Drawn at once, since a draw costs more than all the rest; that some letters come a little oftener is no matter. */
const letters = (count: number) =>
  Array.from(randomBytes(count), (byte) => LETTERS[byte % LETTERS.length]).join("");

/**
 * A paymentKey shaped like the real `tviva20231208004903pIlD7`: the merchant's first five letters, the time, five
 * random letters. Asks `isTaken` and draws again, since a frozen test clock makes collisions likely.
 */
export function newPaymentKey(mId: string, at: number, isTaken: (key: string) => boolean): string {
  for (;;) {
    const key = `${mId.slice(0, 5)}${compactTime(at)}${letters(5)}`;
    if (!isTaken(key)) return key;
  }
}

/** 32 upper-case hex characters, as in most published responses. */
export const newTransactionKey = (): string => randomUUID().replaceAll("-", "").toUpperCase();

/** The `secret` of a payment, at most 50 characters. */
export const newSecret = (): string => `ps_${letters(32)}`;

/** A request's trace id. */
export const newTraceId = (): string => randomUUID().replaceAll("-", "");

/** Eight digits. */
export const newApproveNo = (): string => String(randomInt(100_000_000)).padStart(8, "0");
