import { expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import {
  OrderSettlementsView,
  ReconciliationView,
  SettlementDaysView,
  SettlementDayView,
} from "../../gateway/schemas/settlement.ts";
import { RetryableSettlementError, TerminalSettlementError } from "../../settlement/errors.ts";
import type {
  OrderSettlement,
  Reconciliation,
  SettlementDay,
  SettlementReader,
} from "../../settlement/ports.ts";
import { createLab, json, problemIn } from "./lab.ts";

const DATE = "2026-11-20";

const day: SettlementDay = {
  date: DATE,
  run: {
    date: DATE,
    status: "complete",
    startedAt: "2026-11-20T00:00:00.000Z",
    finishedAt: "2026-11-20T00:01:00.000Z",
    passes: 2,
    totals: {
      rows: 2,
      malformed: 0,
      amount: 24_000,
      fee: 540,
      payOutAmount: 23_460,
      digest: "0".repeat(32),
    },
  },
  accounting: [
    {
      method: "카드",
      cardIssuerCode: "61",
      rows: 2,
      amount: 24_000,
      fee: 540,
      supplyAmount: 490,
      vat: 50,
      payOutAmount: 23_460,
    },
  ],
};

const report: Reconciliation = {
  date: DATE,
  counts: {
    matched: 1,
    amountMismatch: 0,
    missingHere: 0,
    missingAtToss: 1,
    notYetDue: 3,
    feeMismatch: 0,
    payOutMismatch: 0,
  },
  tossAmount: 12_000,
  ourAmount: 24_000,
  findings: [
    {
      status: "missingAtToss",
      orderId: "order-1",
      paymentKey: "payment-1",
      tossAmount: null,
      ourAmount: 12_000,
      paidOutDate: DATE,
      message: "No row settles this capture.",
    },
  ],
  clean: false,
};

const settlement = (orderId: string): OrderSettlement => ({
  orderId,
  paymentKey: "payment-key-1",
  transactionKey: "tx-1",
  amount: 39_000,
  payOutAmount: 38_121,
  soldDate: "2026-11-17",
  paidOutDate: DATE,
});

/** A gateway whose reader answers with these, and keeps what it was asked. */
const createSettlementLab = (change: Partial<SettlementReader> = {}) => {
  const asked: string[] = [];
  const settlements: SettlementReader = {
    async day(date) {
      asked.push(`day ${date}`);
      return { ...day, date };
    },
    async days(from, to) {
      asked.push(`days ${from} ${to}`);
      return [{ date: from, status: "complete", rows: 2, amount: 24_000, fee: 540, payOutAmount: 23_460 }];
    },
    async reconciliation(date) {
      asked.push(`reconciliation ${date}`);
      return { ...report, date };
    },
    async orderSettlements(orderId) {
      asked.push(`order ${orderId}`);
      return [settlement(orderId)];
    },
    ...change,
  };
  return { asked, ...createLab({ settlements }) };
};

const rejecting = (error: Error) => {
  const reject = () => Promise.reject(error);
  return createSettlementLab({ day: reject, days: reject, reconciliation: reject, orderSettlements: reject });
};

test("getSettlements_showsTheDay_polled", async () => {
  const lab = createSettlementLab();
  const response = await lab.get(`/settlements/${DATE}`);
  expect(response.status).toBe(200);
  const body = await json<object>(response);
  expect([...Value.Errors(SettlementDayView, body)]).toEqual([]);
  expect(body).toEqual({
    ...day,
    _links: {
      self: { href: `/settlements/${DATE}` },
      reconciliation: { href: `/settlements/${DATE}/reconciliation` },
    },
  });
  expect(lab.asked).toEqual([`day ${DATE}`]);
});

test("getSettlements_showsDays_range", async () => {
  const lab = createSettlementLab();
  const response = await lab.get("/settlements?from=2026-11-01&to=2026-11-30");
  expect(response.status).toBe(200);
  const body = await json<object>(response);
  expect([...Value.Errors(SettlementDaysView, body)]).toEqual([]);
  expect(body).toMatchObject({ days: [{ date: "2026-11-01", status: "complete", amount: 24_000 }] });
  expect((await lab.get("/settlements?from=2026-11-20&to=2026-11-20")).status).toBe(200);
  expect((await lab.get("/settlements?from=2026-10-01&to=2026-12-31")).status).toBe(200); // 92 days
  expect(lab.asked).toEqual([
    "days 2026-11-01 2026-11-30",
    "days 2026-11-20 2026-11-20",
    "days 2026-10-01 2026-12-31",
  ]);
});

test.each([
  ["from=2026-11-20", "/to"],
  ["to=2026-11-20", "/from"],
  ["from=2026-11-31&to=2026-12-01", "/from"],
  ["from=2026-11-20&to=2026-11-31", "/to"],
  ["from=2026-11-21&to=2026-11-20", "/to"],
  ["from=2026-10-01&to=2027-01-01", "/to"],
  ["from=today&to=2026-11-20", "/from"],
])("getSettlements_answers400_rangeIs %s", async (query, pointer) => {
  const lab = createSettlementLab();
  const response = await lab.get(`/settlements?${query}`);
  expect(response.status).toBe(400);
  expect(await problemIn(response)).toMatchObject({
    code: "VALIDATION_FAILED",
    detail: expect.stringContaining("query"),
    errors: [{ pointer }],
  });
  expect(lab.asked).toEqual([]);
});

test("getSettlements_showsNoRun_neverPolled", async () => {
  const lab = createSettlementLab({ day: async (date) => ({ date, run: null, accounting: [] }) });
  const body = await json(await lab.get("/settlements/2027-01-04"));
  expect([...Value.Errors(SettlementDayView, body)]).toEqual([]);
  expect(body).toMatchObject({ date: "2027-01-04", run: null, accounting: [] });
});

test("getReconciliation_isTheReportItself_unclean", async () => {
  const lab = createSettlementLab();
  const response = await lab.get(`/settlements/${DATE}/reconciliation`);
  expect(response.status).toBe(200);
  const body = await json<Reconciliation>(response);
  expect([...Value.Errors(ReconciliationView, body)]).toEqual([]);
  expect(body).toEqual(report);
  expect(lab.asked).toEqual([`reconciliation ${DATE}`]);
});

test("getOrderSettlements_showTheRows_settledOrder", async () => {
  const lab = createSettlementLab();
  const orderId = await lab.paid();
  const body = await json(await lab.get(`/orders/${orderId}/settlements`));
  expect([...Value.Errors(OrderSettlementsView, body)]).toEqual([]);
  expect(body).toMatchObject({
    orderId,
    settlements: [settlement(orderId)],
    _links: {
      self: { href: `/orders/${orderId}/settlements` },
      order: { href: `/orders/${orderId}` },
    },
  });
});

test("getOrderSettlements_areEmpty_notSettledYet", async () => {
  const lab = createSettlementLab({ orderSettlements: async () => [] });
  const orderId = await lab.place();
  expect(await json(await lab.get(`/orders/${orderId}/settlements`))).toMatchObject({ settlements: [] });
});

test("getOrderSettlements_answer404_unknownOrder", async () => {
  const lab = createSettlementLab();
  const response = await lab.get("/orders/o-unknown/settlements");
  expect(await problemIn(response)).toMatchObject({ status: 404, code: "ORDER_NOT_FOUND" });
  expect(lab.asked).toEqual([]);
});

test.each([
  "2026-11-31",
  "2026-02-29",
  "2026-13-01",
  "2026-00-10",
  "2026-1-1",
  "20261120",
  "1999-11-20",
  "2100-01-01",
  "today",
  "2026-11-20T00:00:00Z",
  "%00",
  "$ne",
  `${DATE}%20`,
])("getSettlements_answers400_dateIs %s", async (date) => {
  const lab = createSettlementLab();
  for (const path of [`/settlements/${date}`, `/settlements/${date}/reconciliation`]) {
    const response = await lab.get(path);
    expect({ path, status: response.status }).toEqual({ path, status: 400 });
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const problem = await problemIn(response);
    expect(problem).toMatchObject({ code: "VALIDATION_FAILED", errors: [{ pointer: "/date" }] });
  }
  expect([lab.asked, lab.lines]).toEqual([[], []]);
});

test("getSettlements_answer404_gatewayWithoutSettlement", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  for (const path of [
    `/settlements?from=${DATE}&to=${DATE}`,
    `/settlements/${DATE}`,
    `/settlements/${DATE}/reconciliation`,
    `/orders/${orderId}/settlements`,
  ]) {
    const response = await lab.get(path);
    expect(await problemIn(response)).toMatchObject({
      status: 404,
      code: "SETTLEMENT_NOT_SERVED",
      instance: path.split("?")[0],
    });
  }
});

test("getSettlements_answer503_ledgersAreAway", async () => {
  const message = "The ledgers can't be used.";
  const lab = rejecting(new RetryableSettlementError("STORE_UNAVAILABLE", { message }));
  const orderId = await lab.place();
  for (const path of [
    `/settlements?from=${DATE}&to=${DATE}`,
    `/settlements/${DATE}`,
    `/settlements/${DATE}/reconciliation`,
    `/orders/${orderId}/settlements`,
  ]) {
    const response = await lab.get(path);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await problemIn(response)).toMatchObject({
      status: 503,
      code: "STORE_UNAVAILABLE",
      detail: message,
    });
  }
});

test("getReconciliation_answers422_yearWithoutACalendar", async () => {
  const error = new TerminalSettlementError("YEAR_NOT_COVERED", {
    message: "The holidays of 2031 are not known.",
  });
  const response = await rejecting(error).get("/settlements/2031-01-02/reconciliation");
  expect(await problemIn(response)).toMatchObject({
    status: 422,
    code: "YEAR_NOT_COVERED",
    detail: error.message,
  });
});

test("getReconciliation_answers500AndTellsNothing_errorThatReadingCanNotMeet", async () => {
  const error = new TerminalSettlementError("CONFIG_INVALID", { message: "mongodb://user:password@host" });
  const lab = rejecting(error);
  const response = await lab.get(`/settlements/${DATE}/reconciliation`);
  const text = await response.text();
  expect([response.status, text.includes("INTERNAL"), text.includes("password")]).toEqual([500, true, false]);
  expect(lab.lines).toMatchObject([{ level: "error" }]);
});

test("postSettlements_answers405_readOnly", async () => {
  const response = await createSettlementLab().post(`/settlements/${DATE}`, {});
  expect(await problemIn(response)).toMatchObject({ status: 405, code: "METHOD_NOT_ALLOWED" });
  expect(response.headers.get("allow")).toBe("GET, HEAD");
});
