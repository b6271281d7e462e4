import { afterEach, expect, test } from "bun:test";
import { serveLab } from "./served.ts";

/** Far more than sockets of loopback hold: in all, the frames make some 50 MB. */
const FRAMES = 200;
const FRAME_BYTES = 256 * 1_024;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Picks the totals out of frames as they come, and tells of the one that is waited for. */
const createTotals = () => {
  const seen: number[] = [];
  const waiting = new Map<number, () => void>();
  const decoder = new TextDecoder();
  let rest = "";
  return {
    seen,
    take(bytes: Uint8Array) {
      rest += decoder.decode(bytes, { stream: true });
      const end = rest.lastIndexOf(",") + 1;
      for (const [, total] of rest.slice(0, end).matchAll(/"total":(\d+),/g)) {
        seen.push(Number(total));
        waiting.get(Number(total))?.();
      }
      rest = rest.slice(end);
    },
    until: (total: number): Promise<void> =>
      seen.includes(total) ? Promise.resolve() : new Promise((resolve) => waiting.set(total, resolve)),
  };
};

/** A shop whose every frame is new and long. It grows to the end that it is given, and stands there. */
const serveShop = async () => {
  const lab = serveLab({ config: { fleetFrameMs: 1 } });
  let [total, end] = [0, 1];
  lab.client.countByState = async () => {
    total = Math.min(total + 1, end);
    return new Map([["ordered", total] as const]);
  };
  await lab.get("/fleet"); // from here on it hears of events
  const at = new Date().toISOString();
  const actor = { role: "system", id: "test" } as const;
  const type = "x".repeat(FRAME_BYTES) as "order.placed";
  lab.client.tell("o-1", { seq: 1, commandId: "c-1", actor, type, at, from: null, to: "ordered", data: {} });
  closing.push(() => lab.gateway.stop(true));
  return {
    url: lab.url,
    growTo: (orders: number) => {
      end = orders;
    },
  };
};

/** Over a socket of its own, which reads only while it may. */
const watchSlowly = async (url: string) => {
  const totals = createTotals();
  const { hostname, port } = new URL(url);
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: { data: (_, bytes) => totals.take(bytes) },
  });
  closing.push(() => socket.end());
  socket.write(`GET /fleet/events HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`);
  return { ...totals, socket };
};

const watch = async (url: string) => {
  const totals = createTotals();
  const leaving = new AbortController();
  const { body } = await fetch(`${url}/fleet/events`, { signal: leaving.signal });
  if (!body) throw new Error("the response has no body");
  const reading = (async () => {
    for await (const bytes of body) totals.take(bytes);
  })().catch(() => {});
  closing.push(() => {
    leaving.abort();
    return reading;
  });
  return totals;
};

test("getFleetEvents_holdsNobodyBackAndEndsAtTheNewest_socketThatStopsReading", async () => {
  const shop = await serveShop();
  const slow = await watchSlowly(shop.url);
  const quick = await watch(shop.url);
  await Promise.all([slow.until(1), quick.until(1)]);
  slow.socket.pause();

  shop.growTo(FRAMES);
  await quick.until(FRAMES);
  expect(slow.seen).toEqual([1]);

  slow.socket.resume();
  await slow.until(FRAMES);
  // What its socket held, in order; nothing of what came after; and then the newest.
  expect(slow.seen.at(-1)).toBe(FRAMES);
  expect(slow.seen).toEqual([...new Set(slow.seen)].toSorted((a, b) => a - b));
  expect(slow.seen.length).toBeLessThan(FRAMES / 2);
  expect(quick.seen.length).toBeGreaterThan(slow.seen.length);

  // It goes on with the others.
  shop.growTo(FRAMES + 1);
  await Promise.all([slow.until(FRAMES + 1), quick.until(FRAMES + 1)]);
});
