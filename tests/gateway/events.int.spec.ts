import { afterEach, expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { RetryableError } from "../../actors/errors.ts";
import { HistoryEntryView } from "../../gateway/schemas/order.ts";
import { problemIn } from "./lab.ts";
import { readStream, serveLab } from "./served.ts";

type Served = ReturnType<typeof serveLab>;
const served: Served[] = [];
const serve = (...args: Parameters<typeof serveLab>): Served => {
  const lab = serveLab(...args);
  served.push(lab);
  return lab;
};
afterEach(async () => {
  for (const lab of served.splice(0)) await lab.gateway.stop(true);
});

const open = async ({ url }: Served, orderId: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${url}/orders/${orderId}/events`, { headers });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  return readStream(response);
};

const streams = async ({ url }: Served): Promise<string> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return String(/^jumun_event_streams (\d+)$/m.exec(text)?.[1]);
};

const has = (id: number) => (text: string) => text.includes(`id: ${id}\n`);

test("getEvents_tellsStoredThenLive_connected", async () => {
  const lab = serve();
  const orderId = await lab.paid();
  const stream = await open(lab, orderId);
  await stream.until(has(3));
  await lab.post(`/orders/${orderId}/cancellations`, { reason: "late" });
  await stream.until(has(4));
  await stream.leave();
  expect(stream.ids()).toEqual([1, 2, 3, 4]);
  for (const event of stream.events()) expect([...Value.Errors(HistoryEntryView, event)]).toEqual([]);
  expect(stream.events()[3]).toMatchObject({
    orderId,
    seq: 4,
    type: "cancellation.requested",
    to: "cancelRequested",
  });
});

test("getEvents_hasNeitherGapNorDouble_reconnectedWithLastEventId", async () => {
  const lab = serve();
  const orderId = await lab.paid();
  const first = await open(lab, orderId);
  await first.until(has(3));
  await first.leave();
  await lab.post(`/orders/${orderId}/cancellations`, {
    lines: [{ productId: "cup", quantity: 1 }],
    reason: "a",
  });
  const second = await open(lab, orderId, { "last-event-id": "3" });
  await second.until(has(4));
  await lab.post(`/orders/${orderId}/cancellations/1/restock`);
  await second.until(has(5));
  await second.leave();
  expect([...first.ids(), ...second.ids()]).toEqual([1, 2, 3, 4, 5]);
});

test("getEvents_sendsComments_quietOrder", async () => {
  const lab = serve({ config: { heartbeatMs: 20 } });
  const stream = await open(lab, await lab.place());
  const text = await stream.until((sofar) => sofar.split(": still here\n\n").length > 3);
  await stream.leave();
  expect(text.startsWith("retry: 1000\n\n")).toBe(true);
  expect(stream.ids()).toEqual([1]);
});

test("getEvents_endsTheStream_gatewayStops", async () => {
  const lab = serve();
  const stream = await open(lab, await lab.place());
  await stream.until(has(1));
  await lab.gateway.stop();
  await stream.reading;
  expect(stream.ended).toBe(true);
  expect(lab.client.listeners.size).toBe(0);
});

test("getEvents_stopsListening_clientLeaves", async () => {
  const lab = serve();
  const stream = await open(lab, await lab.place());
  await stream.until(has(1));
  expect(await streams(lab)).toBe("1");
  await stream.leave();
  for (let i = 0; i < 400 && lab.client.listeners.size > 0; i += 1) await Bun.sleep(5);
  expect(lab.client.listeners.size).toBe(0);
  expect(await streams(lab)).toBe("0");
});

test("getEvents_endsAndLetsTheClientReconnect_storeFails", async () => {
  const lab = serve({ config: { heartbeatMs: 20 } });
  const orderId = await lab.place();
  const stream = await open(lab, orderId);
  await stream.until(has(1));
  lab.client.history = async () => {
    throw new RetryableError("STORE_UNAVAILABLE", { message: "away" });
  };
  await stream.reading;
  expect(stream.ended).toBe(true);
  expect(lab.client.listeners.size).toBe(0);
  expect(lab.lines).toMatchObject([{ level: "warn", fields: { orderId } }]);
});

test("getEvents_answers404_unknownOrder", async () => {
  const lab = serve();
  const response = await fetch(`${lab.url}/orders/o-unknown/events`);
  expect(await problemIn(response)).toMatchObject({ status: 404, code: "ORDER_NOT_FOUND" });
});

test("getEvents_answers400_lastEventIdThatIsNone", async () => {
  const lab = serve();
  const orderId = await lab.place();
  for (const id of ["x", "-1", "1.5", "1 OR 1=1", "9".repeat(16), "2"]) {
    const response = await fetch(`${lab.url}/orders/${orderId}/events`, { headers: { "last-event-id": id } });
    expect({ id, status: response.status }).toEqual({ id, status: 400 });
    expect(await problemIn(response)).toMatchObject({ code: "VALIDATION_FAILED" });
  }
});

test("headEvents_answersAtOnce_noStream", async () => {
  const lab = serve();
  const response = await fetch(`${lab.url}/orders/${await lab.place()}/events`, { method: "HEAD" });
  expect(response.status).toBe(200);
  expect(lab.client.listeners.size).toBe(0);
});

test("getEvents_tellsEveryone_manyStreams", async () => {
  const lab = serve();
  const orderId = await lab.place();
  const all = await Promise.all(Array.from({ length: 50 }, () => open(lab, orderId)));
  await lab.post(`/orders/${orderId}/cancellations`, { reason: "mistake" });
  await Promise.all(all.map((stream) => stream.until(has(2))));
  for (const stream of all) expect(stream.ids()).toEqual([1, 2]);
  await Promise.all(all.map((stream) => stream.leave()));
});
