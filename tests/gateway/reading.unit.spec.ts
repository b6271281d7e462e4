import { expect, test } from "bun:test";
import type { Static } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { TerminalError } from "../../actors/errors.ts";
import { History, OrderPage, OrderView } from "../../gateway/schemas/order.ts";
import { createLab, json, PAYMENT, problemIn } from "./lab.ts";

type Lab = ReturnType<typeof createLab>;

test("getOrder_showsTheWholeOrder_placed", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  const order = await json<OrderView>(await lab.get(`/orders/${orderId}`));
  expect([...Value.Errors(OrderView, order)]).toEqual([]);
  expect(order).toMatchObject({
    orderId,
    state: "ordered",
    customer: { id: "c-1", name: "Hong Gildong", phone: "010-1234-5678" },
    lines: [
      {
        productId: "tea",
        name: "Green tea",
        quantity: 3,
        active: 3,
        confirmed: 0,
        canceling: 0,
        refunded: 0,
      },
      { productId: "cup", quantity: 1, active: 1 },
    ],
    totalAmount: 39_000,
    refundedAmount: 0,
    balance: 0,
    version: 1,
    seq: 1,
    timers: [{ id: "expiry", command: "order.expire", dueAt: order.expiresAt }],
    commands: [
      { type: "payment.request", method: "POST", href: `/orders/${orderId}/payment` },
      { type: "cancellation.request", method: "POST", href: `/orders/${orderId}/cancellations` },
    ],
  });
});

/** An order as a newer release leaves it behind. */
const fromTheFuture = (lab: Lab, orderId: string): void => {
  const document = lab.client.documents.get(orderId);
  if (!document?.snapshot) throw new Error("the order is missing");
  lab.client.documents.set(orderId, { ...document, snapshot: { ...document.snapshot, version: 99 } });
};

test("getOrder_answers503_snapshotOfANewerVersion", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  fromTheFuture(lab, orderId);
  expect(await problemIn(await lab.get(`/orders/${orderId}`))).toMatchObject({
    status: 503,
    code: "SNAPSHOT_UNREADABLE",
    detail: expect.stringContaining("version 99"),
  });
});

test("getOrders_showsTheOthersAndTheCursor_oneOfANewerVersion", async () => {
  const lab = createLab();
  const [first, unreadable, last] = [await lab.place(), await lab.place(), await lab.place()];
  fromTheFuture(lab, unreadable);
  const { list } = lab.client;
  lab.client.list = async (query) => ({ ...(await list(query)), nextCursor: "next" });
  const page = await json<Static<typeof OrderPage>>(await lab.get("/orders"));
  expect(page.orders.map(({ orderId }) => orderId)).toEqual([first, last]);
  expect(page.nextCursor).toBe("next");
  expect(lab.lines).toContainEqual({
    level: "error",
    message: "an order can't be read and is left out of a list",
    fields: { orderId: unreadable, error: expect.any(Error) },
  });
});

test("getOrder_showsTheEffectAtWork_paying", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  await lab.post(`/orders/${orderId}/payment`, PAYMENT, { headers: { prefer: "wait=0" } });
  const order = await json<OrderView>(await lab.get(`/orders/${orderId}`));
  expect(order.state).toBe("paying");
  expect(order.payments).toMatchObject([{ attempt: 1, paymentKey: PAYMENT.paymentKey, status: "requested" }]);
  expect(order.effects).toMatchObject([{ id: "confirm:1", type: "payment.confirm", tries: 0 }]);
  expect(Value.Check(OrderView, order)).toBe(true);
});

test("getOrder_saysThatAnOperatorIsAwaited_effectWithoutNextTry", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  await lab.post(`/orders/${orderId}/payment`, PAYMENT, { headers: { prefer: "wait=0" } });
  const document = lab.client.documents.get(orderId);
  if (!document) throw new Error("the order is missing");
  const effects = document.effects.map((effect) => ({
    ...effect,
    tries: 9,
    dueAt: null,
    lastError: "TIMEOUT",
  }));
  lab.client.documents.set(orderId, { ...document, effects });
  const order = await json<OrderView>(await lab.get(`/orders/${orderId}`));
  expect(order.effects).toMatchObject([{ tries: 9, nextTryAt: null, lastError: "TIMEOUT" }]);
});

test("getOrder_offersTheStepsOfItsCancellation_cancelRequested", async () => {
  const lab = createLab();
  const orderId = await lab.paid();
  await lab.post(`/orders/${orderId}/cancellations`, {
    lines: [{ productId: "tea", quantity: 2 }],
    reason: "late",
  });
  const order = await json<OrderView>(await lab.get(`/orders/${orderId}`));
  expect([...Value.Errors(OrderView, order)]).toEqual([]);
  expect(order).toMatchObject({ state: "cancelRequested", balance: 39_000 });
  expect(order.lines[0]).toMatchObject({ active: 1, canceling: 2 });
  expect(order.cancellations).toMatchObject([
    { id: "1", state: "requested", amount: 24_000, reason: "late" },
  ]);
  expect(order.cancellations[0]?.commands.map(({ href }) => href)).toEqual([
    `/orders/${orderId}/cancellations/1/restock`,
    `/orders/${orderId}/cancellations/1/withdrawal`,
  ]);
});

test("getOrder_answers404_unknownId", async () => {
  const lab = createLab();
  const response = await lab.get("/orders/o-unknown");
  expect(response.status).toBe(404);
  expect(await problemIn(response)).toMatchObject({ code: "ORDER_NOT_FOUND", instance: "/orders/o-unknown" });
});

test("getOrder_answers400_idsWithOddCharacters", async () => {
  const lab = createLab();
  for (const id of [
    "%zz",
    "a%2Fbcdef",
    "%00abcdef",
    "%ED%95%9C%EA%B8%80%EC%9E%90",
    "$ne",
    "x".repeat(65),
    "..%2f..%2fetc",
  ]) {
    const response = await lab.get(`/orders/${id}`);
    expect({ id, status: response.status }).toEqual({ id, status: 400 });
    expect(await problemIn(response)).toMatchObject({ code: "VALIDATION_FAILED" });
  }
  expect(lab.lines).toEqual([]);
});

test("getOrders_passesFiltersOn_stateAndCustomer", async () => {
  const lab = createLab();
  await lab.place();
  const response = await lab.get("/orders?state=ordered&customerId=c-1&limit=7&cursor=abc_-.123");
  expect(response.status).toBe(200);
  expect(Value.Check(OrderPage, await json(response))).toBe(true);
  expect(lab.client.queries).toEqual([
    { state: "ordered", customerId: "c-1", limit: 7, cursor: "abc_-.123" },
  ]);
});

test("getOrders_passesFiltersOn_paymentKeyAndDays", async () => {
  const lab = createLab();
  const query = "paymentKey=pay-1_=&placedFrom=2026-11-20&placedTo=2026-11-20&state=paid";
  expect((await lab.get(`/orders?${query}`)).status).toBe(200);
  expect(lab.client.queries).toEqual([
    { paymentKey: "pay-1_=", placedFrom: "2026-11-20", placedTo: "2026-11-20", state: "paid", limit: 50 },
  ]);
});

test("getOrders_tellsTheNextCursor_moreOrders", async () => {
  const lab = createLab();
  await lab.place();
  const { list } = lab.client;
  lab.client.list = async (query) => ({ ...(await list(query)), nextCursor: "n-1" });
  expect(await json(await lab.get("/orders"))).toMatchObject({
    nextCursor: "n-1",
    orders: [{ state: "ordered" }],
  });
  expect(lab.client.queries).toEqual([{ limit: 50 }]);
});

test("getOrders_answers400_whatTheQueryMustNotBe", async () => {
  const lab = createLab();
  const wrong = [
    "state=lost",
    "limit=0",
    "limit=201",
    "limit=1.5",
    "limit=-1",
    "limit=",
    "stat=paid",
    "cursor=%00",
    "paymentKey=",
    "paymentKey=%24ne",
    "placedFrom=today",
    "placedFrom=2026-02-30",
    "placedTo=2026-11-31",
    "placedFrom=2026-11-21&placedTo=2026-11-20",
    "cursor=",
  ];
  for (const query of wrong) {
    const response = await lab.get(`/orders?${query}`);
    expect({ query, status: response.status }).toEqual({ query, status: 400 });
    expect((await problemIn(response)).errors).toHaveLength(1);
  }
  expect(lab.client.queries).toEqual([]);
});

test("getOrders_answers400_cursorThatTheStoreCanNotRead", async () => {
  const lab = createLab();
  lab.client.list = async () => {
    throw new TerminalError("COMMAND_MALFORMED", { message: "The cursor is not one of ours." });
  };
  const response = await lab.get("/orders?cursor=forged");
  expect(response.status).toBe(400);
  expect(await problemIn(response)).toMatchObject({ code: "COMMAND_MALFORMED" });
});

test("getHistory_goesPageByPage_limit", async () => {
  const lab = createLab();
  const orderId = await lab.paid();
  const first = await json<{ entries: { seq: number }[]; next?: { href: string } }>(
    await lab.get(`/orders/${orderId}/history?limit=2`),
  );
  expect([...Value.Errors(History, first)]).toEqual([]);
  expect(first.entries.map(({ seq }) => seq)).toEqual([1, 2]);
  expect(first.next?.href).toBe(`/orders/${orderId}/history?after=2&limit=2`);
  const second = await json<typeof first>(await lab.get(String(first.next?.href)));
  expect(second.entries.map(({ seq }) => seq)).toEqual([3]);
  expect(second.next).toBeUndefined();
});

test("getHistory_answers404_unknownOrder", async () => {
  const response = await createLab().get("/orders/o-unknown/history");
  expect(await problemIn(response)).toMatchObject({ status: 404, code: "ORDER_NOT_FOUND" });
});

test("getHistory_answers400_seqThatIsNone", async () => {
  const lab = createLab();
  for (const after of ["-1", "x", "1e3", "99999999999999999999", "9007199254740993"]) {
    const response = await lab.get(`/orders/o-unknown/history?after=${after}`);
    expect({ after, status: response.status }).toEqual({ after, status: 400 });
  }
});
