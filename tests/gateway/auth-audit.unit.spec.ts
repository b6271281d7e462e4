import { expect, test } from "bun:test";
import { bearer, createAuthLab } from "./auth-lab.ts";
import { orderBody } from "./lab.ts";

test("trail_isTold_requestWithoutAToken", async () => {
  const lab = await createAuthLab();
  await lab.ask("/orders/o-123456");
  await lab.ask("/orders/o-123456", { headers: bearer("a.b.c") });
  const fact = { actor: null, action: "GET /orders/:id", target: "o-123456", outcome: "denied" };
  expect(lab.facts).toMatchObject([
    { ...fact, code: "UNAUTHENTICATED" },
    { ...fact, code: "UNAUTHENTICATED" },
  ]);
  expect(new Date(String(lab.facts[0]?.at)).toISOString()).toBe(String(lab.facts[0]?.at));
});

test("trail_isTold_roleThatMayNot", async () => {
  const lab = await createAuthLab();
  await (await lab.as("warehouse", "w-1")).post("/orders", orderBody);
  await (await lab.as("service", "web")).get("/settlements/2026-11-20");
  expect(lab.facts).toMatchObject([
    { actor: { role: "warehouse", id: "w-1" }, action: "POST /orders", target: null, code: "FORBIDDEN" },
    { actor: { role: "service", id: "web" }, action: "GET /settlements/:date", target: "2026-11-20" },
  ]);
});

test("trail_isToldNoTarget_pathThatIsNoId", async () => {
  const lab = await createAuthLab();
  await lab.ask(`/orders/${encodeURIComponent("<script>\n")}`);
  await lab.ask(`/orders/${"x".repeat(200)}`);
  expect(lab.facts.map(({ target }) => target)).toEqual([null, null]);
});

test("trail_isTold_deadLetterTriedAgain", async () => {
  const lab = await createAuthLab();
  const service = await lab.as("service", "web");
  await service.post("/orders", orderBody);
  const [command] = lab.client.commands;
  if (!command) throw new Error("no command was handed in");
  const { id } = command;
  lab.client.deadLetterBox.set(id, {
    command,
    reason: "poison",
    at: "2026-11-23T01:00:00.000Z",
  });
  await service.post(`/dead-letters/${id}/retry`);
  const operator = await lab.as("operator", "kim");
  expect((await operator.post(`/dead-letters/${id}/retry`)).status).toBe(202);
  expect(lab.facts).toMatchObject([
    { actor: { id: "web" }, outcome: "denied", target: id },
    {
      actor: { role: "operator", id: "kim" },
      action: "POST /dead-letters/:id/retry",
      outcome: "done",
      target: id,
    },
  ]);
});

test("trail_isToldNothing_whatIsAllowedOrNotThere", async () => {
  const lab = await createAuthLab();
  const customer = await lab.as("customer", "c-1");
  await customer.post("/orders", orderBody);
  await customer.get("/orders/o-unknown-000");
  await customer.get("/nowhere");
  await lab.ask("/healthz");
  expect(lab.facts).toEqual([]);
});
