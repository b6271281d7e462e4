import { expect, test } from "bun:test";
import { call, cancel, handClock, mockForSpec, paid } from "./harness.ts";
import { keysOf, transactions } from "./settlements-harness.ts";

const day = { startDate: "2026-11-23T00:00:00", endDate: "2026-11-23T23:59:59" };

test("transactions_showApprovalAndCancel_theSameDay", async () => {
  const { clock } = handClock();
  const mock = await mockForSpec({ clock });
  const { paymentKey, orderId } = await paid(mock, { customerKey: "customer-1" });
  await cancel(mock, paymentKey, { cancelAmount: 4_000 });
  const { rows } = await transactions(mock, day);
  expect(rows.map(({ status, amount }) => [status, amount])).toEqual([
    ["DONE", 15_000],
    ["PARTIAL_CANCELED", 4_000],
  ]);
  expect(Object.keys(rows[0] ?? {}).sort()).toEqual(
    "amount currency customerKey mId method orderId paymentKey receiptUrl status transactionAt transactionKey useEscrow".split(
      " ",
    ),
  );
  expect(rows[0]).toMatchObject({
    orderId,
    customerKey: "customer-1",
    transactionAt: "2026-11-23T10:02:03+09:00",
  });
});

test("transactions_keepToTheRange_toTheSecond", async () => {
  const { clock } = handClock();
  const mock = await mockForSpec({ clock });
  await paid(mock);
  const count = async (startDate: string, endDate: string) =>
    (await transactions(mock, { startDate, endDate })).rows.length;
  expect(await count("2026-11-23T10:02:03", "2026-11-23T10:02:03")).toBe(1);
  expect(await count("2026-11-23T10:02:04", "2026-11-23T23:59:59")).toBe(0);
  expect(await count("2026-11-23T00:00:00", "2026-11-23T10:02:02")).toBe(0);
  // A date alone means its first second.
  expect(await count("2026-11-22", "2026-11-23")).toBe(0);
  expect(await count("2026-11-23", "2026-11-24")).toBe(1);
});

test("transactions_pageByTheLastKey_allSourcesOldestFirst", async () => {
  const time = handClock(Date.parse("2026-11-22T15:00:00.000Z"));
  const mock = await mockForSpec({ clock: time.clock });
  const made = [
    mock.settlements.generate({ soldDate: "2026-11-23", rows: 1_000 }),
    mock.settlements.generate({ soldDate: "2026-11-23", rows: 777 }),
  ];
  mock.settlements.generate({ soldDate: "2026-11-22", rows: 50 });
  for (const _ of [1, 2, 3, 4, 5]) {
    time.advance(3 * 3_600_000);
    await paid(mock);
  }

  const found = [];
  for (let startingAfter: string | undefined; ; ) {
    const { rows } = await transactions(mock, {
      ...day,
      limit: 100,
      ...(startingAfter && { startingAfter }),
    });
    if (rows.length === 0) break;
    found.push(...rows);
    startingAfter = rows.at(-1)?.transactionKey;
  }
  expect(found).toHaveLength(1_782);
  expect(new Set(keysOf(found)).size).toBe(1_782);
  const times = found.map(({ transactionAt }) => transactionAt);
  expect(times).toEqual(times.toSorted());
  for (const { rows, row } of made) {
    const keys = new Set(keysOf(found));
    for (let index = 0; index < rows; index += 111) expect(keys.has(row(index).transactionKey)).toBe(true);
  }
});

test("transactions_matchTheSettlements_byFormula", async () => {
  const mock = await mockForSpec();
  mock.settlements.generate({ soldDate: "2026-11-23", rows: 330 });
  const { rows } = await transactions(mock, { ...day, limit: 5_000 });
  const settled = [...mock.settlements.rows({ soldDate: "2026-11-23" })];
  const shown = ({
    transactionKey,
    paymentKey,
    orderId,
    amount,
  }: (typeof rows)[number] | (typeof settled)[number]) =>
    [transactionKey, paymentKey, orderId, Math.abs(amount)].join(" ");
  expect(rows.map(shown)).toEqual(settled.map(shown));
  // The amounts of cancels are above zero here, unlike in settlements.
  expect(rows.every(({ amount }) => amount > 0)).toBe(true);
  expect(rows.filter(({ status }) => status !== "DONE")).toHaveLength(10);
});

test.each([
  [{ endDate: day.endDate }, "INVALID_REQUIRED_PARAM"],
  [{ ...day, startDate: "2026-11-23 00:00" }, "INVALID_ISO_DATE_FORMAT"],
  [{ ...day, endDate: "2026-11-31T00:00:00" }, "INVALID_ISO_DATE_FORMAT"],
  [{ ...day, startDate: "2026-11-24T00:00:00" }, "INVALID_DATE"],
  [{ ...day, limit: 0 }, "INVALID_REQUEST"],
  [{ ...day, limit: 5_001 }, "EXCEED_MAX_QUERY_LIMIT"],
  [{ ...day, startingAfter: "nothing" }, "INVALID_TRANSACTION_KEY"],
])("transactions_refuse400_%j", async (query, code) => {
  const mock = await mockForSpec();
  const { status, code: given } = await transactions(mock, query as Record<string, string | number>);
  expect([status, given]).toEqual([400, code]);
});

test("transactions_refuse401_noKey", async () => {
  const mock = await mockForSpec();
  const { status } = await call(mock, `/v1/transactions?startDate=${day.startDate}&endDate=${day.endDate}`, {
    headers: { authorization: "" },
  });
  expect(status).toBe(401);
});
