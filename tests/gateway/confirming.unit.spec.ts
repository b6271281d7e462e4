import { expect, test } from "bun:test";
import { createLab, json, problemIn } from "./lab.ts";

test("postPurchaseConfirmation_confirmsSome_linesNamed", async () => {
  const lab = createLab();
  const orderId = await lab.paid();
  const body = { lines: [{ productId: "tea", quantity: 2 }] };
  const response = await lab.post(`/orders/${orderId}/purchase-confirmation`, body);
  expect(response.status).toBe(200);
  expect(await json(response)).toMatchObject({ state: "paid", event: "purchase.confirmed" });
});

test("postPurchaseConfirmation_confirmsAll_noBody", async () => {
  const lab = createLab();
  const orderId = await lab.paid();
  const response = await lab.post(`/orders/${orderId}/purchase-confirmation`);
  expect(response.status).toBe(200);
  expect(await json(response)).toMatchObject({ state: "purchaseConfirmed" });
});

test("postPurchaseConfirmation_isRefused_unpaidOrder", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  const response = await lab.post(`/orders/${orderId}/purchase-confirmation`, {});
  expect(await problemIn(response)).toMatchObject({ status: 409, code: "ORDER_NOT_CONFIRMABLE" });
});

test("postPurchaseConfirmation_isRefused_noSuchLine", async () => {
  const lab = createLab();
  const orderId = await lab.paid();
  const body = { lines: [{ productId: "coffee", quantity: 1 }] };
  const response = await lab.post(`/orders/${orderId}/purchase-confirmation`, body);
  expect(await problemIn(response)).toMatchObject({ status: 422, code: "LINE_NOT_FOUND" });
});
