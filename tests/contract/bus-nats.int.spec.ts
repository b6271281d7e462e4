import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { connect, headers, type NatsConnection, nanos } from "nats";
import { createNatsBus, type NatsBusOptions } from "../../actors/bus.nats.ts";
import { partitionOf } from "../../actors/command.ts";
import type { CommandBus, Delivery } from "../../actors/ports.ts";
import { type ServerHandle, startNats } from "../../deploy/servers/mod.ts";
import { deleteStreams, uniquePrefix } from "./bus-adapters.ts";
import {
  consumeAll,
  eventually,
  rejection,
  replyOf,
  someCommand,
  someEvent,
  someOrder,
  startWorker,
  until,
} from "./bus-fixtures.ts";

const PATIENCE_MS = 15_000;

describe("nats bus", () => {
  let server: ServerHandle;
  let nc: NatsConnection;
  let prefix: string;
  let opened: CommandBus[];

  beforeAll(async () => {
    server = await startNats();
    nc = await connect({ servers: server.url });
  }, 600_000);
  afterAll(async () => {
    await nc.close();
    await server.stop();
  });
  beforeEach(() => {
    prefix = uniquePrefix();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((bus) => bus.close()));
    await deleteStreams(server.url, prefix);
  });

  const open = async (options: Partial<NatsBusOptions> = {}): Promise<CommandBus> => {
    const bus = await createNatsBus({ urls: [server.url], prefix, ...options });
    opened.push(bus);
    return bus;
  };

  const subjectOf = (orderId: string, rest: string) =>
    `${prefix}.cmd.${partitionOf(orderId)}.${orderId}.${rest}`;

  test("request_isAnsweredAcrossProcesses_sameIdFromTwoGateways", async () => {
    const [one, two, runtime] = [await open(), await open(), await open()];
    const worker = await startWorker(runtime);
    const command = someCommand();
    expect((await one.request(command, PATIENCE_MS)).status).toBe("replied");
    expect(await two.request(command, PATIENCE_MS)).toEqual({ status: "pending" });
    expect(worker.ran).toHaveLength(1);
  });

  test("request_isRefused_commandOverTheServersLimit", async () => {
    const bus = await open();
    const limit = nc.info?.max_payload ?? 0;
    const command = { ...someCommand(), data: { paymentKey: "x".repeat(limit), amount: 1 } };
    expect(await rejection(bus.request(command, 0))).toMatchObject({ code: "COMMAND_TOO_LARGE" });
    expect(await rejection(bus.bury(command, "buried"))).toMatchObject({ code: "COMMAND_TOO_LARGE" });
    expect(await bus.isPending(command.id)).toBe(false);
  });

  test("request_isRefused_idThatIsNoSubject", async () => {
    const bus = await open();
    for (const id of ["", "a.b", `${someOrder()}.>`, `${someOrder()}.a b`, `${someOrder()}.a.b`]) {
      const error = await rejection(bus.request({ ...someCommand(), id }, 0));
      expect(error).toMatchObject({ code: "COMMAND_MALFORMED" });
    }
  });

  test("request_isOverloaded_serverAcknowledgesNothing", async () => {
    const bus = await open({ maxUnacked: 10 });
    await server.kill("SIGSTOP");
    const asked = Array.from({ length: 10 }, () => bus.request(someCommand(), 0));
    const error = await rejection(bus.request(someCommand(), 0));
    await server.kill("SIGCONT");
    expect(error).toMatchObject({ code: "OVERLOADED" });
    expect((await Promise.all(asked)).map((answer) => answer.status)).toEqual(Array(10).fill("pending"));
  });

  test("consume_holdsNoMoreThanItMay_workerSettlesNothing", async () => {
    const bus = await open({ maxHeld: 16 });
    const held: Delivery[] = [];
    const orderId = someOrder();
    const commands = Array.from({ length: 100 }, (_, n) => someCommand(orderId, n));
    await Promise.all(commands.map((command) => bus.request(command, 0)));
    await bus.consume(partitionOf(orderId), (delivery) => held.push(delivery));
    await until(() => held.length === 16);
    await Bun.sleep(200);
    expect(held).toHaveLength(16);
    for (let n = 0; n < 100; n += 1) {
      const { command, done } = await eventually(() => held[n]);
      await done(replyOf(command));
    }
    expect(held.map((delivery) => delivery.command)).toEqual(commands);
  });

  test("consume_bringsItOnce_workerHoldsItPastTheAckWait", async () => {
    const bus = await open({ ackWaitMs: 500 });
    const held: Delivery[] = [];
    await consumeAll(bus, (delivery) => held.push(delivery));
    const command = someCommand();
    const asked = bus.request(command, PATIENCE_MS);
    await Bun.sleep(2_000);
    expect(held).toHaveLength(1);
    await held[0]?.done(replyOf(command));
    expect(await asked).toEqual({ status: "replied", reply: replyOf(command) });
    await until(async () => !(await bus.isPending(command.id)));
  });

  test("stop_givesBackAtOnce_whatItHadNotDelivered", async () => {
    const [first, second] = [await open({ ackWaitMs: 60_000 }), await open({ ackWaitMs: 60_000 })];
    const orderId = someOrder();
    const commands = Array.from({ length: 1_000 }, (_, n) => someCommand(orderId, n));
    await Promise.all(commands.map((command) => first.request(command, 0)));
    const partition = partitionOf(orderId);
    const kept: string[] = [];
    const consumer = await first.consume(partition, ({ command, done }) => {
      kept.push(command.id);
      void done(replyOf(command));
    });
    await until(() => kept.length > 0);
    await consumer.stop();
    const before = kept.length;
    const passedOn: string[] = [];
    await second.consume(partition, ({ command, done }) => {
      passedOn.push(command.id);
      void done(replyOf(command));
    });
    await until(() => kept.length + passedOn.length >= commands.length);
    expect(kept).toHaveLength(before);
    expect(new Set([...kept, ...passedOn])).toEqual(new Set(commands.map((command) => command.id)));
  });

  test("consume_putsAsideWhatIsNoCommand_andGoesOn", async () => {
    const bus = await open();
    const worker = await startWorker(bus);
    const command = someCommand();
    const newer = { ...someCommand(), type: "order.teleport", data: { planet: "달" } };
    const wrong = { ...someCommand(), data: { amount: -1 } };
    nc.publish(subjectOf(command.orderId, "abc"), "{ not json");
    nc.publish(subjectOf(command.orderId, "bytes"), new Uint8Array([0xff, 0xfe, 0x00]));
    nc.publish(subjectOf(command.orderId, "empty"));
    nc.publish(subjectOf(command.orderId, "another"), JSON.stringify(command));
    for (const odd of [newer, wrong]) {
      nc.publish(subjectOf(odd.orderId, odd.id.split(".")[1] ?? ""), JSON.stringify(odd));
    }
    await nc.flush();
    expect((await bus.request(command, PATIENCE_MS)).status).toBe("replied");

    // What a newer program may have meant is kept under its id, to be revived after an update.
    expect(await eventually(() => bus.deadLetter(newer.id))).toMatchObject({ command: newer });
    expect((await eventually(() => bus.deadLetter(wrong.id))).reason).toStartWith("COMMAND_MALFORMED: /");
    expect(worker.ran).toEqual([command]);

    const { streams } = await nc.jetstreamManager();
    const stream = `${prefix.toUpperCase()}_DLQ`;
    await until(async () => (await streams.info(stream)).state.messages === 6);
    for await (const name of streams.names()) {
      if (!name.startsWith(`${prefix.toUpperCase()}_CMD`)) continue;
      await until(async () => (await streams.info(name)).state.messages === 0);
    }
    const raw = new Set<string>();
    for (let seq = 1; seq <= 6; seq += 1) raw.add((await streams.getMessage(stream, { seq })).string());
    expect(raw).toContain("{ not json");
  });

  test("done_repliesNowhereElse_headerNamesAnotherSubject", async () => {
    const bus = await open();
    const told: string[] = [];
    nc.subscribe(`${prefix}.somewhere`, { callback: (_, message) => void told.push(message.subject) });
    const command = someCommand();
    const lead = headers();
    lead.set("Jumun-Reply-To", `${prefix}.somewhere`);
    const worker = await startWorker(bus);
    nc.publish(`${prefix}.cmd.${partitionOf(command.orderId)}.${command.id}`, JSON.stringify(command), {
      headers: lead,
    });
    await until(() => worker.ran.length === 1);
    await Bun.sleep(100);
    expect(told).toEqual([]);
  });

  test("publish_storesAnEventOnce_publishedAgain", async () => {
    const bus = await open();
    const event = someEvent(someOrder(), 1);
    await bus.publish([event]);
    await bus.publish([event, someEvent(event.orderId, 2)]);
    const { streams } = await nc.jetstreamManager();
    const { state } = await streams.info(`${prefix.toUpperCase()}_EVT`);
    expect(state.messages).toBe(2);
    const subject = `${prefix}.evt.${event.orderId}.order.placed`;
    const stored = await streams.getMessage(`${prefix.toUpperCase()}_EVT`, { last_by_subj: subject });
    expect(stored.json<unknown>()).toEqual(event.entry);
  });

  test("createNatsBus_bringsStreamsUpToDate_andKeepsAnOperatorsLimit", async () => {
    await open();
    const { streams } = await nc.jetstreamManager();
    const events = `${prefix.toUpperCase()}_EVT`;
    await streams.update(events, { max_bytes: 123_456_789 });
    await open({ eventMaxAgeMs: 3_600_000 });
    const { config } = await streams.info(events);
    expect(config.max_bytes).toBe(123_456_789);
    expect(config.max_age).toBe(nanos(3_600_000));
  });

  test("revive_isOneRevival_askedTwiceAtOnce", async () => {
    const bus = await open();
    const command = someCommand();
    await bus.bury(command, "buried");
    await Promise.allSettled([bus.revive(command.id), bus.revive(command.id)]);
    const brought: Delivery[] = [];
    await consumeAll(bus, (delivery) => brought.push(delivery));
    await until(() => brought.length > 0);
    await Bun.sleep(200);
    expect(brought).toHaveLength(1);
    expect(await bus.deadLetter(command.id)).toBeUndefined();
  });
});
