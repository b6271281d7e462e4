import { beforeAll, expect, test } from "bun:test";
import { type Access, access } from "../../gateway/auth/access.ts";
import { createAuthLab } from "./auth-lab.ts";
import { json, orderBody, PAYMENT, problemIn } from "./lab.ts";

const lab = await createAuthLab();
const victim = await lab.as("customer", "c-1");
const attacker = await lab.as("customer", "c-2");
const UNKNOWN = "o-unknown-0000000000000";

let orderId: string;
let commandId: string;
beforeAll(async () => {
  const placed = await json<{ orderId: string }>(await victim.post("/orders", orderBody));
  orderId = placed.orderId;
  const path = `/orders/${orderId}`;
  await victim.post(`${path}/payment`, PAYMENT);
  lab.capture(orderId);
  const lines = [{ productId: "tea", quantity: 1 }];
  const canceled = await victim.post(`${path}/cancellations`, { lines, reason: "no" });
  commandId = (await json<{ commandId: string }>(canceled)).commandId;
});

const bodies: Readonly<Record<string, object>> = {
  "POST /orders/:id/payment": PAYMENT,
  "POST /orders/:id/cancellations": { reason: "mine now" },
};

/** Routes that name an order or a command, by what a customer may do with its own. */
const named = Object.entries<Access>(access).filter(
  ([route, who]) => who !== "open" && who.customer === "own" && route.includes(":id"),
);

/** All that is told, less what the asker has named itself. */
const told = async (response: Response, id: string) => {
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, text: (await response.text()).replaceAll(id, "<id>") };
};

const ask = (who: typeof victim, route: string, id: string): Promise<Response> => {
  const [method = "", pattern = ""] = route.split(" ");
  const path = pattern.replace(":id", id).replace(":cid", "1");
  return method === "GET" ? who.get(path) : who.post(path, bodies[route] ?? {});
};

test("routes_areAllHere_thatNameAnOrder", () => {
  // A route of customers that names nothing of its own must be thought about by hand, as the three below are.
  const unnamed = Object.entries<Access>(access).filter(
    ([route, who]) => who !== "open" && who.customer !== undefined && !route.includes(":id"),
  );
  expect(unnamed.map(([route]) => route).toSorted()).toEqual(["GET /me", "GET /orders", "POST /orders"]);
  expect(named.length).toBeGreaterThan(9);
});

for (const [route] of named) {
  test(`anothersOrder_isAnsweredAsIfItDidNotExist_${route}`, async () => {
    const isCommand = route.includes("/commands/");
    const real = isCommand ? commandId : orderId;
    const none = isCommand ? `${UNKNOWN}.${"a".repeat(22)}` : UNKNOWN;
    const before = JSON.stringify(lab.client.documents.get(orderId));
    const commands = lab.client.commands.length;

    const anothers = await told(await ask(attacker, route, real), real);
    const unknown = await told(await ask(attacker, route, none), none);
    expect(anothers).toEqual(unknown);
    expect(anothers.status).toBe(404);
    expect(anothers.text).toContain(isCommand ? "COMMAND_NOT_FOUND" : "NOT_FOUND");
    expect(JSON.stringify(lab.client.documents.get(orderId))).toBe(before);
    expect(lab.client.commands.length).toBe(commands);
    expect(lab.facts.at(-1)).toMatchObject({
      actor: { role: "customer", id: "c-2" },
      action: route,
      target: real,
      outcome: "denied",
    });
  });

  test(`anothersOrder_isThereForTheOtherRolesThatMay_${route}`, async () => {
    const service = await lab.as("service", "web");
    const real = route.includes("/commands/") ? commandId : orderId;
    const response = await ask(service, route, real);
    await response.body?.cancel();
    expect(response.status).not.toBe(404);
  });
}

test("postOrders_isForbidden_forAnotherCustomer", async () => {
  const before = lab.client.documents.size;
  const response = await attacker.post("/orders", orderBody);
  expect(response.status).toBe(403);
  expect(await problemIn(response)).toMatchObject({ code: "FORBIDDEN" });
  expect(lab.client.documents.size).toBe(before);
  expect(lab.facts.at(-1)).toMatchObject({ action: "POST /orders", outcome: "denied", code: "FORBIDDEN" });
});

test("postOrders_isTaken_serviceForACustomer", async () => {
  const service = await lab.as("service", "web");
  const { orderId: made } = await json<{ orderId: string }>(await service.post("/orders", orderBody));
  expect((await victim.get(`/orders/${made}`)).status).toBe(200);
  expect((await attacker.get(`/orders/${made}`)).status).toBe(404);
});

test("postOrders_findsTheFirstOrder_sameCallerAndKeyByANewToken", async () => {
  const renewed = await lab.as("customer", "c-1");
  const one = await json<{ orderId: string }>(await victim.post("/orders", orderBody, "same"));
  const again = await json<{ orderId: string }>(await renewed.post("/orders", orderBody, "same"));
  expect(again.orderId).toBe(one.orderId);
});

test("getOrders_listsItsOwn_customer", async () => {
  await victim.get("/orders");
  expect(lab.client.queries.at(-1)?.customerId).toBe("c-1");
  await victim.get("/orders?customerId=c-1&state=paid");
  expect(lab.client.queries.at(-1)).toMatchObject({ customerId: "c-1", state: "paid" });
  await attacker.get("/orders?paymentKey=payment-key-1");
  expect(lab.client.queries.at(-1)).toMatchObject({ customerId: "c-2", paymentKey: "payment-key-1" });
});

test("getOrders_isForbidden_anotherCustomersName", async () => {
  const before = lab.client.queries.length;
  expect((await attacker.get("/orders?customerId=c-1")).status).toBe(403);
  expect((await attacker.get("/orders?customerId=c-2&customerId=c-1")).status).toBe(403);
  expect(lab.client.queries.length).toBe(before);
  await attacker.get("/orders?customerId=c-1&customerId=c-2");
  expect(lab.client.queries.slice(before).map(({ customerId }) => customerId)).toEqual(["c-2"]);
});

test("getOrders_listsAll_otherRoles", async () => {
  for (const role of ["service", "warehouse", "operator"] as const) {
    expect((await (await lab.as(role, "x")).get("/orders?customerId=c-1")).status).toBe(200);
    expect(lab.client.queries.at(-1)?.customerId).toBe("c-1");
    await (await lab.as(role, "x")).get("/orders");
    expect(lab.client.queries.at(-1)?.customerId).toBeUndefined();
  }
});

test("getCommand_showsAPlacingToItsCustomer_beforeThereIsAnOrder", async () => {
  const refused = await victim.post("/orders", { ...orderBody, totalAmount: 1 }, "refused");
  const { commandId: placing = "" } = await problemIn(refused);
  expect(await json(await victim.get(`/commands/${placing}`))).toMatchObject({
    status: "done",
    problem: { code: "TOTAL_MISMATCH" },
  });
  const response = await attacker.get(`/commands/${placing}`);
  expect(await problemIn(response)).toMatchObject({ status: 404, code: "COMMAND_NOT_FOUND" });
  expect((await (await lab.as("operator", "kim")).get(`/commands/${placing}`)).status).toBe(200);
});

test("getCommand_tellsNothing_ownMarkOnAnothersOrder", async () => {
  const own = await json<{ commandId: string }>(
    await attacker.post("/orders", { ...orderBody, customer: { ...orderBody.customer, id: "c-2" } }),
  );
  const digest = own.commandId.split(".")[1];
  const response = await attacker.get(`/commands/${orderId}.${digest}`);
  expect(await problemIn(response)).toMatchObject({ status: 404, code: "COMMAND_NOT_FOUND" });
});

test("history_namesNoStaff_toACustomer", async () => {
  const operator = await lab.as("operator", "kim");
  const made = await json<{ orderId: string }>(await operator.post("/orders", orderBody));
  await victim.post(`/orders/${made.orderId}/payment`, PAYMENT);
  const actors = async (who: typeof victim) => {
    const history = await who.get(`/orders/${made.orderId}/history`);
    return (await json<{ entries: { actor: object }[] }>(history)).entries.map(({ actor }) => actor);
  };
  const own = { role: "customer", id: "c-1" };
  expect(await actors(operator)).toEqual([{ role: "operator", id: "kim" }, own]);
  expect(await actors(victim)).toEqual([{ role: "operator", id: "operator" }, own]);
});

test("customer_isNobodyElse_operatorOfTheSameName", async () => {
  const operator = await lab.as("operator", "c-2");
  const one = await json<{ orderId: string }>(await operator.post("/orders", orderBody, "k"));
  expect((await attacker.get(`/orders/${one.orderId}`)).status).toBe(404);
});
