import { expect, test } from "bun:test";
import { RetryableError } from "../../actors/errors.ts";
import { createAuthLab } from "./auth-lab.ts";
import { createLab, json, orderBody } from "./lab.ts";

const personal = [orderBody.customer.name, orderBody.customer.phone];

test("gateway_logsNothingPersonal_anyAnswer", async () => {
  const lab = createLab();
  await lab.post("/orders", orderBody);
  await lab.post("/orders", { ...orderBody, totalAmount: 1 });
  await lab.post("/orders", { ...orderBody, extra: orderBody.customer });
  lab.client.submit = async () => {
    throw new Error("defect");
  };
  const failed = await lab.post("/orders", orderBody);
  expect(failed.status).toBe(500);
  const logged = JSON.stringify(lab.lines);
  expect(lab.lines.map(({ level }) => level)).toEqual(["error"]);
  for (const text of personal) expect(logged).not.toContain(text);
});

test("problems_repeatNothingPersonal_invalidCustomer", async () => {
  const lab = createLab();
  const customer = { ...orderBody.customer, phone: "call me under 010-1234-5678 please" };
  const text = await (await lab.post("/orders", { ...orderBody, customer })).text();
  expect(text).toContain("/customer/phone");
  expect(text).not.toContain("call me");
  expect(text).not.toContain(orderBody.customer.name);
});

test("problems_nameOurFilesAndServers_onlyToWhoWorksHere", async () => {
  const lab = await createAuthLab();
  const message = "MongoDB failed: connect ECONNREFUSED db-7.internal:27017";
  lab.client.list = async () => {
    throw new RetryableError("STORE_UNAVAILABLE", { message });
  };
  const told = async (role: "customer" | "operator") =>
    json(await (await lab.as(role, "kim")).get("/orders"));
  expect(await told("operator")).toMatchObject({ code: "STORE_UNAVAILABLE", detail: message });
  const outside = await told("customer");
  expect(outside).toMatchObject({ status: 503, code: "STORE_UNAVAILABLE" });
  expect(JSON.stringify(outside)).not.toContain("internal");
});

test("deadCommand_tellsWhatItFailedWith_onlyToWhoWorksHere", async () => {
  const lab = await createAuthLab();
  const customer = await lab.as("customer", "c-1");
  const { orderId } = await json<{ orderId: string }>(await customer.post("/orders", orderBody));
  const reason = "Error: no such table: orders in /srv/jumun/orders.sqlite";
  lab.client.status = async () => ({ status: "dead", reason, at: "2026-11-23T01:00:00.000Z" });
  const path = `/commands/${orderId}.${"a".repeat(22)}`;
  expect(await json(await (await lab.as("operator", "kim")).get(path))).toMatchObject({ reason });
  const outside = await json(await customer.get(path));
  expect(outside).toMatchObject({ status: "dead", reason: expect.stringContaining("operator") });
  expect(JSON.stringify(outside)).not.toContain("sqlite");
});

test("events_carryNothingPersonal_wholeHistory", async () => {
  const lab = createLab();
  const orderId = await lab.paid();
  const text = await (await lab.get(`/orders/${orderId}/history`)).text();
  for (const part of personal) expect(text).not.toContain(part);
});

test("getOrder_returnsItAsData_scriptInAProductName", async () => {
  const lab = createLab();
  const name = '<script>alert("x")</script>';
  const lines = [{ ...orderBody.lines[0], name }, orderBody.lines[1]];
  const { orderId } = await json<{ orderId: string }>(await lab.post("/orders", { ...orderBody, lines }));
  const response = await lab.get(`/orders/${orderId}`);
  expect(response.headers.get("content-type")).toStartWith("application/json");
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  expect(await json(response)).toMatchObject({ lines: [{ name }, {}] });
});
