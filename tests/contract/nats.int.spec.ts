import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { createNatsBus, type NatsBusOptions } from "../../actors/bus.nats.ts";
import type { Command } from "../../actors/command.ts";
import { RetryableError } from "../../actors/errors.ts";
import type { CommandBus, Delivery, EventMessage } from "../../actors/ports.ts";
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
import { startProxy } from "./bus-proxy.ts";

const PATIENCE_MS = 15_000;

/** A server of this file's own, so that it can be killed. */
describe("nats bus when things die", () => {
  let server: ServerHandle;
  let prefix: string;
  let opened: CommandBus[];

  beforeAll(async () => {
    server = await startNats();
  }, 600_000);
  afterAll(() => server.stop());

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

  /** Ready again, as a readiness probe would see it. */
  const ready = (bus: CommandBus) =>
    until(() =>
      bus.ready().then(
        () => true,
        () => false,
      ),
    );

  test("kill_losesNothingAcknowledged_threeTimesMidTraffic", async () => {
    const bus = await open({ ackWaitMs: 1_000, publishTimeoutMs: 10_000 });
    const worker = await startWorker(bus);
    const acknowledged: Command[] = [];
    const failed: Command[] = [];
    let traffic = true;
    const client = async () => {
      while (traffic) {
        const command = someCommand();
        const taken = await bus.request(command, 2_000).then(
          () => true,
          (error) => {
            expect(error).toBeInstanceOf(RetryableError);
            return false;
          },
        );
        (taken ? acknowledged : failed).push(command);
      }
    };
    const clients = Array.from({ length: 32 }, client);
    for (let kills = 0; kills < 3; kills += 1) {
      const before = acknowledged.length;
      await until(() => acknowledged.length > before + 100);
      await server.kill();
      await server.restart();
    }
    await ready(bus);
    traffic = false;
    await Promise.all(clients);
    // Who was told nothing asks again under the same id.
    for (const command of failed) await bus.request(command, 500);

    const all = new Set([...acknowledged, ...failed].map((command) => command.id));
    await until(() => worker.ran.length >= all.size);
    expect(new Set(worker.ran.map((command) => command.id))).toEqual(all);
    for (const id of all) await until(async () => !(await bus.isPending(id)));
  }, 120_000);

  test("request_isAnswered_serverDiesBetweenPublishAndAck", async () => {
    const bus = await open({ publishTimeoutMs: 20_000 });
    const worker = await startWorker(bus);
    await bus.request(someCommand(), PATIENCE_MS);
    // Stopped, it takes what is sent and does nothing with it; killed, that is gone.
    await server.kill("SIGSTOP");
    const command = someCommand();
    const asked = bus.request(command, PATIENCE_MS);
    await Bun.sleep(50);
    await server.kill();
    await server.restart();
    expect(await asked).toMatchObject({ status: "replied", reply: { commandId: command.id } });
    expect(worker.ran.filter((ran) => ran.id === command.id)).toHaveLength(1);
  }, 60_000);

  test("request_isAnswered_acknowledgementIsLostWithTheConnection", async () => {
    const proxy = await startProxy(server.url);
    const gateway = await open({ urls: [proxy.url], publishTimeoutMs: 20_000 });
    const runtime = await open();
    const held: Delivery[] = [];
    await consumeAll(runtime, (delivery) => held.push(delivery));
    proxy.mute();
    const command = someCommand();
    const asked = gateway.request(command, PATIENCE_MS);
    const { done } = await eventually(() => held[0]);
    proxy.cut();
    await ready(gateway);
    await done(replyOf(command));
    expect(await asked).toEqual({ status: "replied", reply: replyOf(command) });
    expect(held).toHaveLength(1);
    proxy.close();
  }, 60_000);

  test("everything_failsRetryableAndSoon_serverIsAway", async () => {
    const bus = await open({ publishTimeoutMs: 500 });
    await server.kill();
    const before = performance.now();
    const calls = {
      request: rejection(bus.request(someCommand(), 60_000)),
      isPending: rejection(bus.isPending(someCommand().id)),
      bury: rejection(bus.bury(someCommand(), "buried")),
      deadLetter: rejection(bus.deadLetter(someCommand().id)),
      deadLetters: rejection(bus.deadLetters(10)),
      revive: rejection(bus.revive(someCommand().id)),
      publish: rejection(bus.publish([someEvent(someOrder(), 1)])),
      subscribe: rejection(bus.subscribe(undefined, () => {})),
      consume: rejection(bus.consume(0, () => {})),
      ready: rejection(bus.ready()),
    };
    for (const [name, call] of Object.entries(calls)) {
      const error = await call;
      expect(error, name).toBeInstanceOf(RetryableError);
      expect(error, name).toMatchObject({ code: "BUS_UNAVAILABLE" });
    }
    expect(performance.now() - before).toBeLessThan(15_000);
    await server.restart();
    await ready(bus);
    expect(await bus.request(someCommand(), 0)).toEqual({ status: "pending" });
  }, 60_000);

  test("createNatsBus_isRefused_noServerAnswers", async () => {
    const error = await rejection(createNatsBus({ urls: ["nats://127.0.0.1:1"] }));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error).toMatchObject({ code: "BUS_UNAVAILABLE" });
  });

  test("close_ends_serverIsAway", async () => {
    const bus = await open();
    await startWorker(bus);
    await server.kill();
    const asked = rejection(bus.request(someCommand(), 60_000));
    await bus.close();
    expect(await asked).toMatchObject({ code: "SHUTTING_DOWN" });
    await server.restart();
  }, 30_000);

  test.each([
    ["KilledAndBackAfter3Seconds", "SIGKILL"],
    ["StoppedAndBackAfter3Seconds", "SIGTERM"],
  ] as const)(
    "consume_goesOnByItself_serverWas%s",
    async (_, signal) => {
      const bus = await open();
      const worker = await startWorker(bus);
      const heard: EventMessage[] = [];
      await bus.subscribe(undefined, (event) => heard.push(event));
      await server.kill(signal);
      await Bun.sleep(3_000);
      await server.restart();
      await ready(bus);
      // Sooner than a missing heartbeat would tell.
      expect((await bus.request(someCommand(), 5_000)).status).toBe("replied");
      expect(worker.ran).toHaveLength(1);
      await bus.publish([someEvent(someOrder(), 1)]);
      await until(() => heard.length === 1);
    },
    60_000,
  );

  test("done_endsTheCommand_serverDiedWhileItWasHeld", async () => {
    const bus = await open({ ackWaitMs: 60_000 });
    const held: Delivery[] = [];
    let back = false;
    await consumeAll(bus, (delivery) => {
      // A server that dies forgets what it brought last, and may bring it again: the stored reply's turn.
      if (back) void delivery.done(replyOf(delivery.command));
      else held.push(delivery);
    });
    const command = someCommand();
    const asked = bus.request(command, PATIENCE_MS);
    const { done } = await eventually(() => held[0]);
    await server.kill();
    await server.restart();
    await ready(bus);
    back = true;
    await done(replyOf(command));
    expect(await asked).toEqual({ status: "replied", reply: replyOf(command) });
    await until(async () => !(await bus.isPending(command.id)));
    expect(held).toHaveLength(1);
  }, 60_000);

  test("consume_makesWhatItNeeds_streamsWereWiped", async () => {
    const bus = await open();
    const worker = await startWorker(bus);
    await bus.request(someCommand(), PATIENCE_MS);
    await deleteStreams(server.url, prefix);
    const command = someCommand();
    expect((await bus.request(command, PATIENCE_MS)).status).toBe("replied");
    expect(worker.ran.at(-1)).toEqual(command);
    await bus.publish([someEvent(someOrder(), 1)]);
    await bus.bury(someCommand(), "buried");
    expect(await bus.deadLetters(10)).toHaveLength(1);
  }, 60_000);

  test("request_makesTheStreams_theyWereWipedUnderAGateway", async () => {
    const bus = await open();
    await deleteStreams(server.url, prefix);
    const command = someCommand();
    expect(await bus.request(command, 0)).toEqual({ status: "pending" });
    expect(await bus.isPending(command.id)).toBe(true);
  });

  test("done_takesOffNobodyElses_heldCommandsStreamWasWiped", async () => {
    const bus = await open();
    const settle: (() => Promise<void>)[] = [];
    await consumeAll(bus, ({ command, done }) => settle.push(() => done(replyOf(command))));
    const orderId = someOrder();
    await bus.request(someCommand(orderId, 1), 0);
    const settleOld = await eventually(() => settle[0]);
    await deleteStreams(server.url, prefix);
    // The first message of the new stream, as the held one was of the old.
    const command = someCommand(orderId, 2);
    await bus.request(command, 0);
    await until(() => settle.length === 2);
    await settleOld();
    await Bun.sleep(200);
    expect(await bus.isPending(command.id)).toBe(true);
    await settle[1]?.();
    await until(async () => !(await bus.isPending(command.id)));
  }, 60_000);

  test("consume_bringsItToAnother_workerProcessIsKilled", async () => {
    const bus = await open({ ackWaitMs: 1_000 });
    const script = join(import.meta.dir, "bus-holder.ts");
    const holder = Bun.spawn(["bun", script, server.url, prefix, "1000"], {
      stdout: "pipe",
      stderr: "inherit",
    });
    const output = new TextDecoder();
    let printed = "";
    const read = async () => {
      for await (const chunk of holder.stdout) printed += output.decode(chunk, { stream: true });
    };
    void read();
    await until(() => printed.includes("ready"));
    const commands = Array.from({ length: 20 }, () => someCommand());
    for (const command of commands) await bus.request(command, 0);
    await until(() => commands.every((command) => printed.includes(command.id)));
    holder.kill("SIGKILL");
    await holder.exited;

    const worker = await startWorker(bus);
    await until(() => worker.ran.length === commands.length);
    expect(new Set(worker.ran)).toEqual(new Set(commands));
    for (const command of commands) await until(async () => !(await bus.isPending(command.id)));
  }, 60_000);
});
