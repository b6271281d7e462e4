import { expect, test } from "bun:test";
import { createCalendar, DAY_MS } from "../../machines/mod.ts";
import { call, cancel, handClock, mockForSpec, paid } from "./harness.ts";
import { ofDay, settlements } from "./settlements-harness.ts";

/** Monday 2026-11-23, 10:02:03 in Seoul. */
const monday = "2026-11-23";
const time = handClock();
const mock = await mockForSpec({ clock: time.clock });

test("settlements_showASale_onlyTheDayAfter", async () => {
  const own = handClock();
  const fresh = await mockForSpec({ clock: own.clock });
  const { paymentKey } = await paid(fresh);
  const today = { startDate: monday, endDate: monday };
  expect((await settlements(fresh, today)).text).toBe("[]");
  own.advance(14 * 3_600_000 - 4 * 60_000); // 23:58
  expect((await settlements(fresh, today)).rows).toEqual([]);
  fresh.advance(2 * 60_000); // midnight
  expect((await settlements(fresh, today)).rows).toMatchObject([{ paymentKey }]);
});

test("settlements_giveTheDocumentedRow_approval", async () => {
  const { paymentKey, orderId } = await paid(mock, { amount: 53_030 });
  const payment = JSON.parse((await call(mock, `/v1/payments/${paymentKey}`)).text);
  time.advance(DAY_MS);
  const { rows } = await settlements(mock, { startDate: monday, endDate: monday });
  expect(rows.find((row) => row.paymentKey === paymentKey)).toEqual({
    mId: mock.mId,
    paymentKey,
    transactionKey: payment.lastTransactionKey,
    orderId,
    currency: "KRW",
    method: "카드",
    amount: 53_030,
    interestFee: 0,
    fee: 1_195,
    fees: [
      { type: "BASE", fee: 1_195 },
      { type: "ETC", fee: 0 },
    ],
    supplyAmount: 1_086,
    vat: 109,
    payOutAmount: 51_835,
    approvedAt: payment.approvedAt,
    soldDate: monday,
    paidOutDate: "2026-11-26",
    card: payment.card,
    easyPay: null,
    giftCertificate: null,
    mobilePhone: null,
    transfer: null,
    virtualAccount: null,
    cancel: null,
    fieldOfALaterVersion: { note: "ignore me" },
  });
});

test("settlements_giveARowOfItsOwn_eachPartialCancel", async () => {
  const own = handClock();
  const fresh = await mockForSpec({ clock: own.clock });
  const { paymentKey } = await paid(fresh, { amount: 99_800 });
  own.advance(DAY_MS);
  await cancel(fresh, paymentKey, { cancelAmount: 30_000 });
  await cancel(fresh, paymentKey, { cancelAmount: 69_800 });
  own.advance(DAY_MS);

  const { rows } = await settlements(fresh, { startDate: monday, endDate: "2026-11-24" });
  const [approval, ...cancels] = rows;
  expect(rows.map(({ amount, soldDate }) => [amount, soldDate])).toEqual([
    [99_800, monday],
    [-30_000, "2026-11-24"],
    [-69_800, "2026-11-24"],
  ]);
  for (const row of cancels) {
    expect(row.cancel?.transactionKey).toBe(row.transactionKey);
    expect(row.cancel?.cancelAmount).toBe(-row.amount);
    expect(row.card?.amount).toBe(99_800);
    expect(row.approvedAt).toBe(approval?.approvedAt ?? "none");
    expect(row.fee).toBeLessThan(0);
    expect(row.supplyAmount + row.vat).toBe(row.fee);
    expect(row.payOutAmount).toBe(row.amount - row.fee);
  }
  expect(new Set(rows.map(({ transactionKey }) => transactionKey)).size).toBe(3);
});

test("settlements_repeatThePublishedCancelRow_fullCancelOf99800", async () => {
  const own = handClock();
  const fresh = await mockForSpec({ clock: own.clock });
  await cancel(fresh, (await paid(fresh, { amount: 99_800 })).paymentKey);
  own.advance(DAY_MS);
  const { rows } = await settlements(fresh, { startDate: monday, endDate: monday });
  expect(rows[1]).toMatchObject({ amount: -99_800, supplyAmount: -2_045, vat: -205, payOutAmount: -97_550 });
});

test("settlements_leaveOut_whatMovedNoMoney", async () => {
  const own = handClock();
  const fresh = await mockForSpec({ clock: own.clock, paidOutDateOf: (sold) => sold });
  const { paymentKey } = await paid(fresh, { method: "가상계좌" });
  await cancel(fresh, (await paid(fresh, { method: "가상계좌" })).paymentKey);
  own.advance(DAY_MS);
  fresh.deposit(paymentKey);
  own.advance(DAY_MS);
  const { rows } = await ofDay(fresh, "2026-11-24");
  expect(rows).toMatchObject([{ paymentKey, method: "가상계좌", amount: 15_000, card: null }]);
  expect((await ofDay(fresh, monday)).rows).toEqual([]);
});

test("settlements_areFoundByPaidOutDate_ofTheCalendarGiven", async () => {
  const own = handClock();
  const calendar = createCalendar({ "2026": new Set(["2026-11-25"]) });
  const fresh = await mockForSpec({ clock: own.clock, paidOutDateOf: calendar.paidOutDateOf });
  await paid(fresh);
  own.advance(DAY_MS);
  expect((await ofDay(fresh, "2026-11-26")).rows).toEqual([]);
  expect((await ofDay(fresh, "2026-11-27")).rows).toMatchObject([
    { soldDate: monday, paidOutDate: "2026-11-27" },
  ]);
});

const range = { startDate: monday, endDate: monday };
test.each([
  [{ endDate: monday }, "INVALID_REQUIRED_PARAM"],
  [{ startDate: monday }, "INVALID_REQUIRED_PARAM"],
  [{ ...range, startDate: "2026-02-30" }, "INVALID_DATE"],
  [{ ...range, startDate: "20261123" }, "INVALID_DATE"],
  [{ ...range, startDate: "2026-11-24" }, "INVALID_DATE"],
  [{ ...range, dateType: "approvedAt" }, "INVALID_REQUEST"],
  [{ ...range, page: 0 }, "INVALID_REQUEST"],
  [{ ...range, page: "one" }, "INVALID_REQUEST"],
  [{ ...range, size: 0 }, "INVALID_REQUEST"],
  [{ ...range, size: 5_001 }, "EXCEED_MAX_QUERY_LIMIT"],
])("settlements_refuse400_%j", async (query, code) => {
  const { status, code: given } = await settlements(mock, query as Record<string, string | number>);
  expect([status, given]).toEqual([400, code]);
});

test("settlements_refuse401_wrongKey", async () => {
  const headers = { authorization: "Basic dGVzdF9za193cm9uZzo=" };
  const path = `/v1/settlements?startDate=${monday}&endDate=${monday}`;
  const { status, json } = await call(mock, path, { headers });
  expect([status, json.code]).toEqual([401, "UNAUTHORIZED_KEY"]);
});

test("ledger_keepsEachRequest_withItsQuery", async () => {
  const fresh = await mockForSpec();
  await ofDay(fresh, monday, { page: 7, size: 5_000 });
  await settlements(fresh, range);
  const told = fresh.ledger
    .requests({ route: "getSettlements" })
    .map(({ path, processed, outcome }) => [path, processed, outcome?.status]);
  expect(told).toEqual([
    [
      `/v1/settlements?startDate=${monday}&endDate=${monday}&dateType=paidOutDate&page=7&size=5000`,
      true,
      200,
    ],
    [`/v1/settlements?startDate=${monday}&endDate=${monday}`, true, 200],
  ]);
});
