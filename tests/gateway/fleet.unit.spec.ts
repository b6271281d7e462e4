import { expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import type { PendingEffect } from "../../actors/document.ts";
import { RetryableError } from "../../actors/errors.ts";
import { type Fleet, FleetView, StuckOrders } from "../../gateway/schemas/fleet.ts";
import { createLab, json, PAYMENT, problemIn } from "./lab.ts";

type Lab = ReturnType<typeof createLab>;

/** A clock that stands until it is moved. */
const createHandClock = () => {
  let now = Date.now();
  return {
    now: () => now,
    pass: (ms: number) => {
      now += ms;
    },
  };
};

const look = async (lab: Lab): Promise<Fleet> => {
  const response = await lab.get("/fleet");
  expect(response.status).toBe(200);
  const fleet = await json<Fleet>(response);
  expect([...Value.Errors(FleetView, fleet)]).toEqual([]);
  return fleet;
};

/** Changes the stored order, as the runtime would. */
const change = (lab: Lab, orderId: string, effect: Partial<PendingEffect>, effectsWaiting = 0): void => {
  const document = lab.client.documents.get(orderId);
  if (!document) throw new Error("the order is missing");
  const effects = document.effects.map((one) => ({ ...one, ...effect }));
  lab.client.documents.set(orderId, { ...document, effects, ...(effectsWaiting > 0 && { effectsWaiting }) });
};

const paying = async (lab: Lab): Promise<string> => {
  const orderId = await lab.place();
  await lab.post(`/orders/${orderId}/payment`, PAYMENT, { headers: { prefer: "wait=0" } });
  return orderId;
};

test("getFleet_countsOrdersByState_allStatesShown", async () => {
  const lab = createLab();
  await lab.place();
  await lab.paid();
  await lab.paid();
  const fleet = await look(lab);
  expect(fleet.total).toBe(3);
  expect(fleet.counts).toMatchObject({ ordered: 1, paid: 2, paying: 0, refunded: 0 });
  expect(fleet.flows).toEqual([]);
});

test("getFleet_tellsFlows_sinceTheFirstLook", async () => {
  const clock = createHandClock();
  const lab = createLab({ clock });
  await lab.place();
  const { at, since } = await look(lab);
  expect(since).toBe(at);
  clock.pass(2_000);
  await lab.paid();
  await lab.place();
  clock.pass(1_000);
  const fleet = await look(lab);
  expect(fleet.since).toBe(at);
  expect(fleet.flows).toEqual([
    { event: "order.placed", from: null, to: "ordered", count: 2 },
    { event: "payment.captured", from: "paying", to: "paid", count: 1 },
    { event: "payment.requested", from: "ordered", to: "paying", count: 1 },
  ]);
  expect(fleet.perSecond.reduce((sum, one) => sum + one, 0)).toBe(4);
});

test("getFleet_forgetsFlows_olderThanAMinute", async () => {
  const clock = createHandClock();
  const lab = createLab({ clock });
  await look(lab);
  await lab.place();
  clock.pass(30_000);
  expect((await look(lab)).flows).toHaveLength(1);
  clock.pass(31_000);
  const fleet = await look(lab);
  expect([fleet.flows, fleet.perSecond]).toEqual([[], Array(60).fill(0)]);
  expect(Date.parse(fleet.at) - Date.parse(fleet.since)).toBe(60_000);
});

test("getFleet_countsEachEventOnce_toldTwice", async () => {
  const lab = createLab();
  await look(lab);
  const orderId = await lab.paid();
  for (const entry of lab.client.documents.get(orderId)?.history ?? []) lab.client.tell(orderId, entry);
  expect((await look(lab)).flows.map(({ count }) => count)).toEqual([1, 1, 1]);
});

test("getFleet_listensOnce_manyLooks", async () => {
  const lab = createLab();
  expect(lab.client.listeners.size).toBe(0);
  await Promise.all([look(lab), look(lab), look(lab)]);
  await look(lab);
  expect(lab.client.listeners.size).toBe(1);
  await lab.gateway.stop();
  expect(lab.client.listeners.size).toBe(0);
});

test("getFleet_stopsListening_nobodyHasLookedForLong", async () => {
  const lab = createLab({ config: { fleetLingerMs: 20 } });
  const first = await look(lab);
  for (let i = 0; i < 400 && lab.client.listeners.size > 0; i += 1) await Bun.sleep(5);
  expect(lab.client.listeners.size).toBe(0);
  await lab.place();
  const fleet = await look(lab);
  expect(fleet.since > first.since).toBe(true);
  expect([fleet.total, fleet.flows]).toEqual([1, []]);
});

test("getFleet_answers503AndDoesNotListen_gatewayStops", async () => {
  const lab = createLab();
  await lab.gateway.stop();
  expect(await problemIn(await lab.get("/fleet"))).toMatchObject({ status: 503, code: "SHUTTING_DOWN" });
  expect(lab.client.listeners.size).toBe(0);
});

test("getFleet_countsAnew_nobodyLookedWhileItCounted", async () => {
  const lab = createLab({ client: { countsAreKept: false }, config: { fleetLingerMs: 1 } });
  const { countByState } = lab.client;
  const go = Promise.withResolvers<void>();
  lab.client.countByState = async () => {
    await go.promise;
    return countByState();
  };
  await lab.place();
  const looking = look(lab);
  for (let i = 0; i < 400 && lab.client.listeners.size !== 1; i += 1) await Bun.sleep(1);
  for (let i = 0; i < 400 && lab.client.listeners.size > 0; i += 1) await Bun.sleep(1);
  go.resolve();
  expect((await looking).total).toBe(1);
});

test("getFleet_movesWhatItCounted_storeThatKeepsNoCounts", async () => {
  const clock = createHandClock();
  const lab = createLab({ clock, client: { countsAreKept: false } });
  let counted = 0;
  const { countByState } = lab.client;
  lab.client.countByState = () => {
    counted += 1;
    return countByState();
  };
  await lab.place();
  expect((await look(lab)).counts).toMatchObject({ ordered: 1 });
  const orderId = await lab.paid();
  const fleet = await look(lab);
  expect([fleet.counts.ordered, fleet.counts.paying, fleet.counts.paid, fleet.total]).toEqual([1, 0, 1, 2]);
  expect(counted).toBe(1);

  lab.client.documents.delete(orderId); // what events do not tell
  clock.pass(5 * 60_000);
  await look(lab);
  expect((await look(lab)).counts).toMatchObject({ ordered: 1, paid: 0 });
  expect(counted).toBe(2);
});

test("getFleet_addsWhatMovedMeanwhile_storeCountsSlowly", async () => {
  const lab = createLab({ client: { countsAreKept: false } });
  await lab.place();
  const { countByState } = lab.client;
  const begun = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  lab.client.countByState = async () => {
    const counts = await countByState();
    begun.resolve();
    await go.promise;
    return counts;
  };
  const looking = look(lab);
  await begun.promise;
  await lab.place();
  go.resolve();
  expect((await looking).counts.ordered).toBe(2);
});

test("getFleet_answers503AndRecovers_storeIsAway", async () => {
  const lab = createLab();
  const { countByState } = lab.client;
  lab.client.countByState = async () => {
    throw new RetryableError("STORE_UNAVAILABLE", { message: "away" });
  };
  for (const path of ["/fleet", "/fleet/events"]) {
    const response = await lab.get(path);
    expect(response.status).toBe(503);
    expect(await problemIn(response)).toMatchObject({ code: "STORE_UNAVAILABLE" });
  }
  lab.client.countByState = countByState;
  expect((await look(lab)).total).toBe(0);
});

test("getFleet_answers503AndListensLater_busIsAway", async () => {
  const lab = createLab();
  const { subscribe } = lab.client;
  lab.client.subscribe = async () => {
    throw new RetryableError("BUS_UNAVAILABLE", { message: "away" });
  };
  expect((await lab.get("/fleet")).status).toBe(503);
  lab.client.subscribe = subscribe;
  await look(lab);
  expect(lab.client.listeners.size).toBe(1);
});

test("getFleet_tellsPaymentsOfUnknownOutcome_unansweredOrOld", async () => {
  const clock = createHandClock();
  const lab = createLab({ clock });
  const [unanswered] = [await paying(lab), await paying(lab)];
  change(lab, unanswered, { uncertain: true, lastError: "TIMEOUT" });
  expect((await look(lab)).stuck).toMatchObject({ payingUnknown: 1 });
  clock.pass(61_000);
  expect((await look(lab)).stuck).toMatchObject({ payingUnknown: 2 });
});

test("getFleet_takesTheOlderForUnknown_moreArePayingThanAreLookedAt", async () => {
  const lab = createLab();
  await paying(lab);
  const counts = new Map([["paying", 5_000] as const]);
  lab.client.countByState = async () => counts;
  const { list } = lab.client;
  lab.client.list = async (query) => ({ ...(await list(query)), nextCursor: "more" });
  // Every page here has one order: 400 are looked at, and none of them is unknown.
  expect((await look(lab)).stuck.payingUnknown).toBe(4_600);
});

test("getFleet_asksSeldomForWhatIsStuck_manyLooks", async () => {
  const clock = createHandClock();
  const lab = createLab({ clock });
  let asked = 0;
  lab.client.effectsWaiting = async () => {
    asked += 1;
    return 7;
  };
  for (let i = 0; i < 5; i += 1) expect((await look(lab)).stuck.effectsWaiting).toBe(7);
  expect(asked).toBe(1);
  clock.pass(3_000);
  await look(lab);
  expect(asked).toBe(2);
});

test("getStuck_showsEachKind_withReasonAndSince", async () => {
  const clock = createHandClock();
  const lab = createLab({ clock });
  const unknown = await paying(lab);
  change(lab, unknown, { uncertain: true, lastError: "TIMEOUT" });
  const waiting = await paying(lab);
  change(lab, waiting, { dueAt: null, lastError: "gave up" }, 1);
  const failed = await lab.paid();
  await lab.post(`/orders/${failed}/cancellations`, {
    lines: [{ productId: "cup", quantity: 1 }],
    reason: "late",
  });
  await lab.post(`/orders/${failed}/cancellations/1/restock`);
  lab.client.happen(failed, "refund.begin", { cancellationId: "1" });
  lab.client.happen(failed, "refund.fail", { cancellationId: "1", code: "NO_MONEY", message: "none left" });
  const command = lab.client.commands[0];
  if (!command) throw new Error("there is no command");
  lab.client.deadLetterBox.set(command.id, { command, reason: "poison", at: "2026-11-23T01:02:03.000Z" });

  const body = await json<StuckOrders>(await lab.get("/fleet/stuck"));
  expect([...Value.Errors(StuckOrders, body)]).toEqual([]);
  const common = { customerId: "c-1", totalAmount: 39_000 };
  expect(body.payingUnknown).toEqual([
    {
      ...common,
      orderId: unknown,
      state: "paying",
      since: expect.any(String),
      reason: "TIMEOUT",
      effectId: "confirm:1",
    },
  ]);
  expect(body.effectsWaiting).toMatchObject([{ ...common, orderId: waiting, reason: "gave up" }]);
  expect(body.refundFailed).toMatchObject([
    { ...common, orderId: failed, state: "refundFailed", reason: "NO_MONEY: none left" },
  ]);
  expect(body.deadLetters).toMatchObject([{ commandId: command.id, reason: "poison" }]);
  expect((await look(lab)).stuck).toEqual({
    payingUnknown: 1,
    refundFailed: 1,
    effectsWaiting: 1,
    deadLetters: 1,
  });
});
