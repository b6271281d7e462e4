import { type Static, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { toInstant } from "../../actors/toss/instant.ts";
import type { SourceTransaction } from "../ports.ts";
import { parsedList } from "./list.ts";

const Key = Type.String({ minLength: 1, maxLength: 200 });

const RawTransactions = Type.Array(
  Type.Object({
    transactionKey: Key,
    paymentKey: Key,
    orderId: Key,
    amount: Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
    transactionAt: Type.String(),
  }),
);
const rawTransactions = TypeCompiler.Compile(RawTransactions);

/**
 * Reads an answer to `GET /v1/transactions`; undefined when anything in it can't be read. There is no dead letter for
 * these: a list to count against is whole, or it is none.
 */
export const readTransactions = (body: string): readonly SourceTransaction[] | undefined => {
  const list = parsedList(body);
  if (!list || !rawTransactions.Check(list)) return undefined;
  const transactions: SourceTransaction[] = [];
  for (const raw of list as Static<typeof RawTransactions>) {
    const transactionAt = toInstant(raw.transactionAt);
    if (transactionAt === undefined) return undefined;
    const { transactionKey, paymentKey, orderId, amount } = raw;
    transactions.push({ transactionKey, paymentKey, orderId, amount, transactionAt });
  }
  return transactions;
};
