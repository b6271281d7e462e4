import { expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { CancellationView } from "../../gateway/schemas/order.ts";
import { createLab, json, problemIn } from "./lab.ts";

const twoTeas = { lines: [{ productId: "tea", quantity: 2 }], reason: "too much" };

test("postCancellations_answers201WithTheCancellation_paidOrder", async () => {
  const lab = createLab();
  const orderId = await lab.paid();
  const response = await lab.post(`/orders/${orderId}/cancellations`, twoTeas);
  expect(response.status).toBe(201);
  const location = String(response.headers.get("location"));
  expect(location).toBe(`/orders/${orderId}/cancellations/1`);
  expect(await json(response)).toMatchObject({
    state: "cancelRequested",
    event: "cancellation.requested",
    cancellationId: "1",
  });
  const cancellation = await json(await lab.get(location));
  expect([...Value.Errors(CancellationView, cancellation)]).toEqual([]);
  expect(cancellation).toMatchObject({ id: "1", amount: 24_000, lines: twoTeas.lines });
});

test("postCancellations_answersTheSame_repeatedAfterTheOrderMovedOn", async () => {
  const lab = createLab();
  const orderId = await lab.paid();
  const first = await lab.post(`/orders/${orderId}/cancellations`, twoTeas, { key: "c" });
  await lab.post(`/orders/${orderId}/cancellations/1/restock`);
  await lab.post(`/orders/${orderId}/cancellations`, {
    lines: [{ productId: "cup", quantity: 1 }],
    reason: "chipped",
  });
  const again = await lab.post(`/orders/${orderId}/cancellations`, twoTeas, { key: "c" });
  expect(again.status).toBe(201);
  expect(again.headers.get("location")).toBe(first.headers.get("location"));
  expect(await again.text()).toBe(await first.text());
});

test("postCancellations_cancelsTheOrder_unpaid", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  const response = await lab.post(`/orders/${orderId}/cancellations`, { reason: "mistake" });
  expect(response.status).toBe(200);
  expect(response.headers.get("location")).toBe(`/orders/${orderId}`);
  const body = await json(response);
  expect(body).toMatchObject({ state: "canceled", event: "order.canceled" });
  expect(body).not.toHaveProperty("cancellationId");
});

test("postCancellations_isRefused_moreThanTheLineHas", async () => {
  const lab = createLab();
  const orderId = await lab.paid();
  const body = { lines: [{ productId: "tea", quantity: 4 }], reason: "?" };
  const response = await lab.post(`/orders/${orderId}/cancellations`, body);
  expect(await problemIn(response)).toMatchObject({ status: 422, code: "QUANTITY_EXCEEDS_LINE" });
});

test("postRestockAndWithdrawal_stepTheCancellation_requested", async () => {
  const lab = createLab();
  const orderId = await lab.paid();
  await lab.post(`/orders/${orderId}/cancellations`, twoTeas);
  await lab.post(`/orders/${orderId}/cancellations`, {
    lines: [{ productId: "cup", quantity: 1 }],
    reason: "chipped",
  });
  const restock = await lab.post(`/orders/${orderId}/cancellations/1/restock`);
  expect(restock.status).toBe(200);
  expect(await json(restock)).toMatchObject({ event: "cancellation.restocked" });
  const withdrawal = await lab.post(`/orders/${orderId}/cancellations/2/withdrawal`, {});
  expect(withdrawal.status).toBe(200);
  expect(await json(withdrawal)).toMatchObject({ event: "cancellation.withdrawn" });
});

test("postRefund_retries_failedRefund", async () => {
  const lab = createLab();
  const orderId = await lab.paid();
  await lab.post(`/orders/${orderId}/cancellations`, twoTeas);
  await lab.post(`/orders/${orderId}/cancellations/1/restock`);
  lab.client.happen(orderId, "refund.begin", { cancellationId: "1" });
  const early = await lab.post(`/orders/${orderId}/cancellations/1/refund`);
  expect(await problemIn(early)).toMatchObject({ status: 409, code: "REFUND_NOT_FAILED" });
  lab.client.happen(orderId, "refund.fail", { cancellationId: "1", code: "FORBIDDEN", message: "no" });
  const response = await lab.post(`/orders/${orderId}/cancellations/1/refund`);
  expect(response.status).toBe(200);
  expect(await json(response)).toMatchObject({ state: "refunding", event: "refund.retried" });
});

test("postRestock_answers422_keyUsedForAnotherCancellation", async () => {
  const lab = createLab();
  const orderId = await lab.paid();
  await lab.post(`/orders/${orderId}/cancellations`, twoTeas);
  await lab.post(`/orders/${orderId}/cancellations/1/restock`, {}, { key: "r" });
  const response = await lab.post(`/orders/${orderId}/cancellations/2/restock`, {}, { key: "r" });
  expect(await problemIn(response)).toMatchObject({ status: 422, code: "IDEMPOTENCY_KEY_REUSED" });
});

test("cancellationRoutes_answer404_unknownCancellation", async () => {
  const lab = createLab();
  const orderId = await lab.paid();
  for (const step of ["restock", "withdrawal", "refund"]) {
    const response = await lab.post(`/orders/${orderId}/cancellations/9/${step}`);
    expect(await problemIn(response)).toMatchObject({ status: 404, code: "CANCELLATION_NOT_FOUND" });
  }
  const response = await lab.get(`/orders/${orderId}/cancellations/9`);
  expect(await problemIn(response)).toMatchObject({ status: 404, code: "CANCELLATION_NOT_FOUND" });
});

test("cancellationRoutes_writeNothing_unknownOrder", async () => {
  const lab = createLab();
  const paths = [
    "cancellations",
    "cancellations/1/restock",
    "cancellations/1/withdrawal",
    "cancellations/1/refund",
  ];
  for (const path of paths) {
    const response = await lab.post(
      `/orders/o-unknown/${path}`,
      path === "cancellations" ? { reason: "?" } : {},
    );
    expect(await problemIn(response)).toMatchObject({ status: 404, code: "ORDER_NOT_FOUND" });
  }
  expect(lab.client.commands).toEqual([]);
});

test("postCancellations_isRefused_finalState", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  await lab.post(`/orders/${orderId}/cancellations`, { reason: "mistake" });
  const response = await lab.post(`/orders/${orderId}/cancellations`, { reason: "again" });
  expect(await problemIn(response)).toMatchObject({ status: 409, code: "ORDER_NOT_CANCELABLE" });
});

test("getCancellation_waitsForTheRefund_preferredWait", async () => {
  const lab = createLab();
  const orderId = await lab.paid();
  await lab.post(`/orders/${orderId}/cancellations`, twoTeas);
  await lab.post(`/orders/${orderId}/cancellations/1/restock`);
  lab.client.happen(orderId, "refund.begin", { cancellationId: "1" });
  const answer = lab.ask(`/orders/${orderId}/cancellations/1`, { headers: { prefer: "wait=30" } });
  while (lab.client.listeners.size === 0) await Bun.sleep(1);
  lab.client.happen(orderId, "refund.fail", { cancellationId: "1", code: "FORBIDDEN", message: "no" });
  expect(await json(await answer)).toMatchObject({ id: "1", state: "failed" });
});

test.each([
  ["requested", "wait=30"],
  ["restocked", "wait=soon"],
  ["restocked", "wait=0"],
])("getCancellation_answersAtOnce_%s_%s", async (state, prefer) => {
  const lab = createLab();
  const orderId = await lab.paid();
  await lab.post(`/orders/${orderId}/cancellations`, twoTeas);
  if (state === "restocked") await lab.post(`/orders/${orderId}/cancellations/1/restock`);
  const answer = await lab.ask(`/orders/${orderId}/cancellations/1`, { headers: { prefer } });
  expect(await json(answer)).toMatchObject({ state });
});
