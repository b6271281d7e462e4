import { expect, test } from "bun:test";
import type { Caller } from "../../gateway/caller.ts";
import { createStreams } from "../../gateway/limits/streams.ts";
import { createAuthLab } from "./auth-lab.ts";
import { json, newKey, orderBody, problemIn } from "./lab.ts";

const customer = (id: string): Caller => ({ role: "customer", id });
const service: Caller = { role: "service", id: "shop" };

test("enter_refusesOneCustomer_andNobodyElse_itHasItsOwnMost", () => {
  const refused: string[] = [];
  const streams = createStreams({ most: 6, mostOfCustomer: 2 }, (reason) => refused.push(reason));
  const [leave] = [streams.enter(customer("c-1")), streams.enter(customer("c-1"))];
  const third = () => streams.enter(customer("c-1"));
  expect(third).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ code: "RATE_LIMITED" }) }),
  );
  streams.enter(customer("c-2"));
  for (let i = 0; i < 3; i += 1) streams.enter(service);
  expect(() => streams.enter(service)).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ code: "OVERLOADED" }) }),
  );
  expect(refused).toEqual(["streams_customer", "streams"]);

  leave();
  leave(); // gives back one place only
  expect(streams.open).toBe(5);
  expect(third).not.toThrow();
  expect(third).toThrow();
});

test("getEvents_answers429_customerHoldsStreamsEnough", async () => {
  const lab = await createAuthLab({ config: { eventStreamsOfCustomer: 2 } });
  const [one, other] = [await lab.as("customer", "c-1"), await lab.as("operator", "kim")];
  const { orderId } = await json<{ orderId: string }>(await one.post("/orders", orderBody, newKey()));
  const open = () => one.get(`/orders/${orderId}/events`);
  const [first, second, third] = [await open(), await open(), await open()];
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(await problemIn(third)).toMatchObject({ status: 429, code: "RATE_LIMITED" });
  expect(third.headers.get("retry-after")).toBe("5");
  const operators = await other.get(`/orders/${orderId}/events`);
  expect(operators.status).toBe(200);
  await first.body?.cancel();
  const again = await open();
  expect(again.status).toBe(200);
  for (const { body } of [second, again, operators]) await body?.cancel();
});
