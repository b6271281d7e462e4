import { errorReply, type Language } from "../errors/reply.ts";
import type { TossErrorCode } from "../errors/status.ts";
import type { Incoming, Operation } from "../http/operations.ts";
import { queryOf } from "../http/query.ts";
import type { SettlementDesk } from "./desk.ts";
import { readSettlementQuery, readTransactionQuery } from "./query.ts";

/** The two lists, over `desk`. */
export function createSettlementOperations(desk: SettlementDesk): Operation[] {
  return [
    {
      route: "getSettlements",
      method: "GET",
      pattern: /^\/v1\/settlements$/,
      subject: aboutNone,
      run({ path }, language) {
        const read = readSettlementQuery(queryOf(path));
        return read.ok ? answer(desk.page(read.query)) : refuse(read.code, language);
      },
    },
    {
      route: "getTransactions",
      method: "GET",
      pattern: /^\/v1\/transactions$/,
      subject: aboutNone,
      run({ path }: Incoming, language) {
        const read = readTransactionQuery(queryOf(path));
        if (!read.ok) return refuse(read.code, language);
        const body = desk.transactions(read.query);
        return body === null ? refuse("INVALID_TRANSACTION_KEY", language) : answer(body);
      },
    },
  ];
}

const aboutNone = () => ({ paymentKey: null, orderId: null });

const answer = (body: string) => ({ reply: { status: 200, body, code: null }, changed: null });

const refuse = (code: TossErrorCode, language: Language) => ({
  reply: errorReply(code, language),
  changed: null,
});
