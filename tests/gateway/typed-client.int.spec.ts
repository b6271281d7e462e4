import { afterAll, expect, test } from "bun:test";
import { treaty } from "@elysiajs/eden";
import { type Gateway, isProblem } from "../../gateway/client.ts";
import { newKey, orderBody, PAYMENT } from "./lab.ts";
import { serveLab } from "./served.ts";

const lab = serveLab();
const jumun = treaty<Gateway>(lab.url);
afterAll(() => lab.gateway.stop(true));

const keyed = (more: Record<string, string> = {}) => ({ headers: { "idempotency-key": newKey(), ...more } });

test("typedClient_walksAnOrder_placeToCancel", async () => {
  const placed = await jumun.orders.post(orderBody, keyed());
  if (placed.error) throw new Error(`not placed: ${placed.status}`);
  const { orderId } = placed.data;
  const order = jumun.orders({ id: orderId });

  const paid = await order.payment.post(PAYMENT, keyed({ prefer: "wait=0" }));
  expect(paid.status).toBe(202);
  lab.capture(orderId);

  const canceled = await order.cancellations.post({ reason: "late" }, keyed());
  expect(canceled.status).toBe(201);
  const restocked = await order.cancellations({ cid: "1" }).restock.post({}, keyed());
  expect(restocked.data).toMatchObject({ event: "cancellation.restocked" });

  const { data } = await order.get();
  expect(data?.state).toBe("restocked");
  expect(data?.lines.map(({ canceling }) => canceling)).toEqual([3, 1]);
  const history = await order.history.get({ query: { after: 3 } });
  expect(history.data?.entries.map(({ type }) => type)).toEqual([
    "cancellation.requested",
    "cancellation.restocked",
  ]);
});

test("typedClient_seesTheProblem_refusal", async () => {
  const { data, error } = await jumun.orders.post({ ...orderBody, totalAmount: 1 }, keyed());
  expect(data).toBeNull();
  expect(isProblem(error?.value) && error.value.code).toBe("TOTAL_MISMATCH");
});

test("typedClient_seesTheProblem_invalidRequest", async () => {
  const { error } = await jumun.orders({ id: "o!" }).get();
  expect(error?.status).toBe(400);
  expect(isProblem(error?.value)).toBe(true);
});

test("isProblem_tellsThemApart_otherBodies", () => {
  for (const body of [null, undefined, "x", {}, { code: "A" }, { code: "A", type: "urn:other:A" }]) {
    expect(isProblem(body)).toBe(false);
  }
});
