import { afterEach, expect, test } from "bun:test";
import { Value } from "@sinclair/typebox/value";
import { RetryableError } from "../../actors/errors.ts";
import { type Fleet, FleetView } from "../../gateway/schemas/fleet.ts";
import { readStream, serveLab } from "./served.ts";

type Served = ReturnType<typeof serveLab>;
const served: Served[] = [];
const streamsRead: ReturnType<typeof readStream>[] = [];
const serve = (...args: Parameters<typeof serveLab>): Served => {
  const lab = serveLab(...args);
  served.push(lab);
  return lab;
};
afterEach(async () => {
  for (const stream of streamsRead.splice(0)) await stream.leave();
  for (const lab of served.splice(0)) await lab.gateway.stop(true);
});

const quick = { fleetFrameMs: 10 };

const open = async ({ url }: Served) => {
  const response = await fetch(`${url}/fleet/events`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const stream = readStream(response);
  streamsRead.push(stream);
  return stream;
};

const framesIn = (text: string): Fleet[] =>
  [...text.matchAll(/^event: fleet\ndata: (.*)\n$/gm)].map((match) => JSON.parse(String(match[1])) as Fleet);

/** Whether some frame so far counts so many orders in all. */
const counts = (total: number) => (text: string) => framesIn(text).some((fleet) => fleet.total === total);

const streams = async ({ url }: Served): Promise<string> => {
  const text = await (await fetch(`${url}/metrics`)).text();
  return String(/^jumun_event_streams (\d+)$/m.exec(text)?.[1]);
};

test("getFleetEvents_tellsAtOnceThenChanges_connected", async () => {
  const lab = serve({ config: quick });
  await lab.place();
  const stream = await open(lab);
  await stream.until(counts(1));
  await lab.place();
  const frames = framesIn(await stream.until(counts(2)));
  for (const frame of frames) expect([...Value.Errors(FleetView, frame)]).toEqual([]);
  expect(frames.at(-1)).toMatchObject({
    counts: { ordered: 2 },
    flows: [{ event: "order.placed", from: null, to: "ordered", count: 1 }],
  });
});

test("getFleetEvents_sendsNothingButComments_nothingChanges", async () => {
  const lab = serve({ config: { ...quick, heartbeatMs: 30 } });
  await lab.place();
  const stream = await open(lab);
  const text = await stream.until((sofar) => sofar.split(": still here\n\n").length > 3);
  expect(text.startsWith("retry: 1000\n\nevent: fleet\n")).toBe(true);
  expect(framesIn(text)).toHaveLength(1);
});

test("getFleetEvents_looksOnceForAll_manyViewers", async () => {
  const lab = serve({ config: quick });
  let looks = 0;
  const { countByState } = lab.client;
  lab.client.countByState = () => {
    looks += 1;
    return countByState();
  };
  const all = await Promise.all(Array.from({ length: 20 }, () => open(lab)));
  await Promise.all(all.map((stream) => stream.until(counts(0))));
  expect(await streams(lab)).toBe("20");
  const before = looks;
  await lab.place();
  const texts = await Promise.all(all.map((stream) => stream.until(counts(1))));
  // The very same bytes to each, and far fewer looks than viewers.
  const frames = new Set(
    texts.map((text) => JSON.stringify(framesIn(text).find(({ total }) => total === 1))),
  );
  expect(frames.size).toBe(1);
  expect(looks - before).toBeLessThan(20);
  expect(lab.client.listeners.size).toBe(1);
});

test("getFleetEvents_bringsEachToTheNewest_openedAtOnceWhileItChanges", async () => {
  const lab = serve({ config: quick });
  let total = 0;
  lab.client.countByState = async () => {
    if (total < 2) total += 1; // each of the two finds another fleet
    const seen = total;
    await Bun.sleep(seen === 1 ? 1 : 20);
    return new Map([["ordered", seen] as const]);
  };
  const both = await Promise.all([open(lab), open(lab)]);
  for (const stream of both) await stream.until(counts(2));
});

test("getFleetEvents_keepsTheFrameRate_manyTransitions", async () => {
  const lab = serve({ config: { fleetFrameMs: 50 } });
  const stream = await open(lab);
  await stream.until(counts(0));
  const since = performance.now();
  for (let i = 0; i < 100; i += 1) await lab.place();
  const frames = framesIn(await stream.until(counts(100)));
  expect(frames.length).toBeLessThanOrEqual(2 + (performance.now() - since) / 50);
});

test("getFleetEvents_skipsToTheNewest_viewerThatDoesNotRead", async () => {
  const lab = serve({ config: { fleetFrameMs: 1 } });
  const reader = (await lab.get("/fleet/events")).body?.getReader();
  if (!reader) throw new Error("the response has no body");
  // Each look finds something new, so that each is a frame.
  let total = 0;
  const many = Promise.withResolvers<void>();
  lab.client.countByState = async () => {
    total += 1;
    if (total === 50) many.resolve();
    return new Map([["ordered", total] as const]);
  };
  await many.promise;
  const read: number[] = [];
  while ((read.at(-1) ?? 0) < 49) {
    const { value } = await reader.read();
    read.push(...framesIn(new TextDecoder().decode(value)).map((fleet) => fleet.total));
  }
  await reader.cancel();
  // What the stream held already, and then the newest.
  expect(read.length).toBeLessThanOrEqual(3);
});

test("getFleetEvents_endsTheStream_gatewayStops", async () => {
  const lab = serve({ config: quick });
  const stream = await open(lab);
  await stream.until(counts(0));
  await lab.gateway.stop();
  await stream.reading;
  expect(stream.ended).toBe(true);
  expect(lab.client.listeners.size).toBe(0);
});

test("getFleetEvents_stopsLooking_lastViewerLeaves", async () => {
  const lab = serve({ config: quick });
  const [first, second] = [await open(lab), await open(lab)];
  await Promise.all([first.until(counts(0)), second.until(counts(0))]);
  expect(await streams(lab)).toBe("2");
  await first.leave();
  await second.leave();
  for (let i = 0; i < 400 && (await streams(lab)) !== "0"; i += 1) await Bun.sleep(5);
  expect(await streams(lab)).toBe("0");
  let looks = 0;
  lab.client.countByState = async () => {
    looks += 1;
    return new Map();
  };
  await Bun.sleep(60);
  expect(looks).toBe(0);
});

test("getFleetEvents_goesOnWhereItIs_storeWasAway", async () => {
  const lab = serve({ config: quick });
  const stream = await open(lab);
  await stream.until(counts(0));
  const { countByState } = lab.client;
  const failed = Promise.withResolvers<void>();
  let failures = 0;
  lab.client.countByState = async () => {
    failures += 1;
    if (failures === 3) failed.resolve();
    throw new RetryableError("STORE_UNAVAILABLE", { message: "away" });
  };
  await failed.promise;
  await lab.place();
  lab.client.countByState = countByState;
  await stream.until(counts(1));
  expect(lab.lines).toMatchObject([{ level: "warn" }]);
});
