import { expect, setDefaultTimeout, test } from "bun:test";
import { access } from "../../gateway/auth/access.ts";
import { devCaller } from "../../gateway/auth/dev.ts";
import { type CallerRole, callerRoles } from "../../gateway/caller.ts";
import { createAuthLab } from "./auth-lab.ts";
import { createLab, orderBody, PAYMENT, problemIn } from "./lab.ts";

// The first chart is laid out by a thread that has to start.
setDefaultTimeout(60_000);

/**
 * Who may call what, written a second time by hand: C customer, S service, W warehouse, O operator, and * for nobody in
 * particular. A change of the gateway's table must be made here too, by somebody who means it.
 */
const expected: Readonly<Record<string, string>> = {
  "POST /orders": "CS-O",
  "POST /orders/:id/payment": "CS-O",
  "POST /orders/:id/purchase-confirmation": "CS-O",
  "POST /orders/:id/cancellations": "CS-O",
  "POST /orders/:id/cancellations/:cid/withdrawal": "CS-O",
  "POST /orders/:id/cancellations/:cid/restock": "--WO",
  "POST /orders/:id/cancellations/:cid/refund": "---O",
  "POST /orders/:id/effects/:eid/retry": "---O",
  "GET /orders": "CSWO",
  "GET /orders/:id": "CSWO",
  "GET /orders/:id/cancellations/:cid": "CSWO",
  "GET /orders/:id/history": "CSWO",
  "GET /orders/:id/events": "CSWO",
  "GET /orders/:id/settlements": "CS-O",
  "GET /commands/:id": "CSWO",
  "GET /dead-letters": "---O",
  "POST /dead-letters/:id/retry": "---O",
  "GET /fleet": "---O",
  "GET /fleet/events": "---O",
  "GET /fleet/stuck": "---O",
  "GET /settlements": "---O",
  "GET /settlements/:date": "---O",
  "GET /settlements/:date/reconciliation": "---O",
  "GET /metrics": "-S-O",
  "GET /me": "CSWO",
  "POST /webhooks/toss": "CSWO*",
  "GET /healthz": "CSWO*",
  "GET /readyz": "CSWO*",
  "GET /machines": "CSWO*",
  "GET /machines/:name": "CSWO*",
  "GET /openapi": "CSWO*",
  "GET /openapi/json": "CSWO*",
  "GET /openapi/start.js": "CSWO*",
  "GET /openapi/ui.js": "CSWO*",
  "GET /openapi/ui.css": "CSWO*",
  "GET /console": "CSWO*",
  "GET /console/*": "CSWO*",
  "GET /console/assets/:file": "CSWO*",
};

const letters: Record<CallerRole, string> = { customer: "C", service: "S", warehouse: "W", operator: "O" };

const lab = await createAuthLab();
const routes = lab.gateway.routes.map(({ method, path }) => ({ method, path, name: `${method} ${path}` }));

const pathOf = (pattern: string): string =>
  pattern
    .replace("/settlements/:date", "/settlements/2026-11-20")
    .replace("/commands/:id", `/commands/o-123456.${"a".repeat(22)}`)
    .replace("/dead-letters/:id", `/dead-letters/o-123456.${"a".repeat(22)}`)
    .replace(":id", "o-123456")
    .replace(":cid", "1")
    .replace(":eid", "refund:1")
    .replace(":name", "order")
    .replace(":file", "none.js")
    .replace("*", "orders");

/** Whether the guard lets it through; what becomes of it then is no matter here. */
const isLetThrough = async (method: string, path: string, headers: Record<string, string>) => {
  const response = await lab.ask(pathOf(path), {
    method,
    headers: { ...headers, "idempotency-key": crypto.randomUUID(), "content-type": "application/json" },
    ...(method === "POST" && { body: "{}" }),
  });
  await response.body?.cancel();
  return response.status !== 401 && response.status !== 403;
};

test("table_namesEveryRoute_andNoOther", () => {
  const names = routes.map(({ name }) => name).toSorted();
  expect(Object.keys(expected).toSorted()).toEqual(names);
  expect(Object.keys(access).toSorted()).toEqual(names);
});

for (const { method, path, name } of routes) {
  test(`route_isOpenOnlyToWhoMay_${name}`, async () => {
    let found = "";
    for (const role of callerRoles) {
      const { headers } = await lab.as(role, `${role}-1`);
      found += (await isLetThrough(method, path, headers)) ? letters[role] : "-";
    }
    if (await isLetThrough(method, path, {})) found += "*";
    expect(found).toBe(expected[name] ?? "a route that the table above does not name");
    if (method === "GET") {
      const { headers } = await lab.as("warehouse", "w-1");
      expect(await isLetThrough("HEAD", path, headers)).toBe(found.includes("W"));
    }
  });
}

test("guard_isNotPassedBy_otherSpellingsOfAPath", async () => {
  const { headers } = await lab.as("warehouse", "w-1");
  const spellings = [
    "/fleet/",
    "//fleet",
    "/%66leet",
    "/FLEET",
    "/fleet;x",
    "/./fleet",
    "/orders/../fleet",
    "/fleet?a",
  ];
  for (const path of spellings) {
    const { status } = await lab.ask(path, { headers });
    expect({ path, kept: status === 403 || status === 404 }).toEqual({ path, kept: true });
  }
});

test("route_isRefusedToEverybody_itSaysNothing", async () => {
  const open = createLab({ callerOf: devCaller });
  open.gateway.get("/backdoor", () => "open").post("/backdoor/:id", () => "open");
  for (const path of ["/backdoor", "/backdoor/1"]) {
    const method = path === "/backdoor" ? "GET" : "POST";
    const response = await open.ask(path, { method });
    expect(response.status).toBe(403);
    expect(await problemIn(response)).toMatchObject({ code: "FORBIDDEN" });
  }
});

test("route_saysWhichRolesMay_forbidden", async () => {
  const response = await (await lab.as("warehouse", "w-1")).get("/fleet");
  expect(response.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
  const problem = await problemIn(response);
  expect(problem).toMatchObject({ code: "FORBIDDEN", status: 403 });
  expect(problem.detail).toContain("operator may");
});

test("forbiddenRequest_readsAndWritesNothing_anyCommand", async () => {
  const warehouse = await lab.as("warehouse", "w-1");
  const before = lab.client.commands.length;
  expect((await warehouse.post("/orders", orderBody)).status).toBe(403);
  expect((await warehouse.post("/orders/o-123456/payment", { nonsense: true })).status).toBe(403);
  expect(lab.client.commands.length).toBe(before);
});

test("order_tellsOnlyTheCommandsThatOneMayGive_anyRole", async () => {
  const service = await lab.as("service", "web");
  const placed = (await (await service.post("/orders", orderBody)).json()) as { orderId: string };
  const path = `/orders/${placed.orderId}`;
  await service.post(`${path}/payment`, PAYMENT);
  lab.capture(placed.orderId);
  await service.post(`${path}/cancellations`, { lines: [{ productId: "tea", quantity: 1 }], reason: "no" });

  const told: Record<string, string[]> = {};
  for (const role of callerRoles) {
    const order = (await (await (await lab.as(role, "c-1")).get(path)).json()) as {
      commands: { type: string }[];
      cancellations: { commands: { type: string }[] }[];
    };
    told[role] = [...order.commands, ...(order.cancellations[0]?.commands ?? [])].map(({ type }) => type);
  }
  const shopping = ["purchase.confirm", "cancellation.request"];
  expect(told).toEqual({
    customer: [...shopping, "cancellation.withdraw"],
    service: [...shopping, "cancellation.withdraw"],
    warehouse: ["cancellation.restock"],
    operator: [...shopping, "cancellation.restock", "cancellation.withdraw"],
  });
});

test("order_showsNeitherNameNorPhone_toTheWarehouse", async () => {
  const service = await lab.as("service", "web");
  const { orderId } = (await (await service.post("/orders", orderBody)).json()) as { orderId: string };
  const warehouse = await lab.as("warehouse", "w-1");
  for (const path of [`/orders/${orderId}`, "/orders", `/orders/${orderId}/history`]) {
    const text = await (await warehouse.get(path)).text();
    expect(text).toContain(orderId);
    expect(text).not.toContain(orderBody.customer.name);
    expect(text).not.toContain(orderBody.customer.phone);
  }
  expect(await (await service.get(`/orders/${orderId}`)).text()).toContain(orderBody.customer.phone);
});
