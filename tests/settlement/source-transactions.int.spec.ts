import { expect, test } from "bun:test";
import type { SourceTransaction } from "../../settlement/ports.ts";
import { SOLD_DATE } from "./poller-rows.ts";
import { answering, sourceOf } from "./source-server.ts";

const raw = (n: number) => ({
  ...{
    mId: "jumunmock",
    transactionKey: `tx-${n}`,
    paymentKey: `pay-${n}`,
    orderId: `order-${n}`,
    method: "카드",
  },
  ...{ customerKey: null, useEscrow: false, receiptUrl: null, status: "DONE", currency: "KRW", amount: n },
  transactionAt: "2026-11-17T10:02:03+09:00",
});

const all = async (source: ReturnType<typeof sourceOf>) => {
  const found: SourceTransaction[] = [];
  for await (const page of source.transactions(SOLD_DATE)) found.push(...page);
  return found;
};

test("transactions_pagesByTheLastKey_untilTheEmptyPage", async () => {
  const pages = [[raw(1), raw(2)], [raw(3)], []];
  const toss = answering((call) => Response.json(pages[call - 1]));
  expect((await all(sourceOf(toss.url))).map(({ transactionKey }) => transactionKey)).toEqual([
    "tx-1",
    "tx-2",
    "tx-3",
  ]);
  expect(toss.requests.map(({ url }) => Object.fromEntries(url.searchParams))).toEqual(
    [{}, { startingAfter: "tx-2" }, { startingAfter: "tx-3" }].map((cursor) => ({
      ...{ startDate: `${SOLD_DATE}T00:00:00`, endDate: `${SOLD_DATE}T23:59:59`, limit: "5000" },
      ...cursor,
    })),
  );
});

test("transactions_keepWhatIsCountedInUtc_documentedRow", async () => {
  const toss = answering((call) => Response.json(call === 1 ? [raw(1)] : []));
  expect(await all(sourceOf(toss.url))).toEqual([
    {
      ...{ transactionKey: "tx-1", paymentKey: "pay-1", orderId: "order-1", amount: 1 },
      transactionAt: "2026-11-17T01:02:03.000Z",
    },
  ]);
});

test("transactions_areNone_emptyBody", async () => {
  expect(await all(sourceOf(answering(() => new Response("")).url))).toEqual([]);
});

test.each([
  ["withoutKey", { transactionKey: undefined }],
  ["timeThatIsNone", { transactionAt: "yesterday" }],
  ["amountAsText", { amount: "1" }],
])("transactions_areUnavailable_%s", async (_, change) => {
  const toss = answering(() => Response.json([raw(1), { ...raw(2), ...change }]));
  await expect(all(sourceOf(toss.url, { giveUpAfterMs: 60 }))).rejects.toMatchObject({
    code: "TOSS_UNAVAILABLE",
  });
});

test("transactions_areUnavailable_samePageForever", async () => {
  const toss = answering(() => Response.json([raw(1)]));
  await expect(all(sourceOf(toss.url))).rejects.toMatchObject({ code: "TOSS_UNAVAILABLE" });
  expect(toss.requests).toHaveLength(2);
});

test("transactions_areRefused_badCursor", async () => {
  const wrong = { code: "INVALID_TRANSACTION_KEY", message: "잘못된 페이징 키 입니다." };
  const toss = answering((call) =>
    call === 1 ? Response.json([raw(1)]) : Response.json(wrong, { status: 400 }),
  );
  await expect(all(sourceOf(toss.url))).rejects.toMatchObject({ code: "TOSS_REFUSED" });
});
