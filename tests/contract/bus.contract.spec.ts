import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { RetryableError } from "../../actors/errors.ts";
import type { CommandBus, Delivery } from "../../actors/ports.ts";
import { type BusWorld, busAdapters } from "./bus-adapters.ts";
import {
  consumeAll,
  eventually,
  rejection,
  replyOf,
  someCommand,
  someOrder,
  startWorker,
  until,
} from "./bus-fixtures.ts";

/** Long enough for a reply on a busy machine. */
const PATIENCE_MS = 10_000;

describe.each(busAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "bus contract [%s]",
  (_, adapter) => {
    let world: BusWorld;
    let bus: CommandBus;

    beforeEach(async () => {
      world = await adapter.create();
      bus = await world.open();
    });
    afterEach(() => world.dispose());

    test("request_resolvesTheReply_aWorkerRunsIt", async () => {
      await startWorker(bus);
      const command = someCommand();
      expect(await bus.request(command, PATIENCE_MS)).toEqual({ status: "replied", reply: replyOf(command) });
    });

    test("request_tellsARefusal_theWorkerRefuses", async () => {
      const command = someCommand();
      const refusal = {
        ok: false,
        commandId: command.id,
        orderId: command.orderId,
        code: "ORDER_NOT_FOUND",
        message: "There is no such order. Nothing was changed.",
      } as const;
      await consumeAll(bus, ({ done }) => void done(refusal));
      expect(await bus.request(command, PATIENCE_MS)).toEqual({ status: "replied", reply: refusal });
    });

    test("consume_bringsTheCommandAsItWas_allFieldsSet", async () => {
      const worker = await startWorker(bus);
      const command = someCommand();
      await bus.request(command, PATIENCE_MS);
      expect(worker.ran).toEqual([command]);
    });

    test("request_isPending_noWorkerWithinTheWait", async () => {
      const command = someCommand();
      expect(await bus.request(command, 30)).toEqual({ status: "pending" });
      expect(await bus.isPending(command.id)).toBe(true);
    });

    test("request_isPending_noWaitAtAll", async () => {
      const command = someCommand();
      expect(await bus.request(command, 0)).toEqual({ status: "pending" });
      expect(await bus.isPending(command.id)).toBe(true);
    });

    test("consume_bringsPendingCommands_workerComesLater", async () => {
      const command = someCommand();
      await bus.request(command, 0);
      const worker = await startWorker(bus);
      await until(() => worker.ran.length === 1);
      expect(worker.ran).toEqual([command]);
      await until(async () => !(await bus.isPending(command.id)));
    });

    test("request_runsOnce_sameIdWhileTheFirstIsHeld", async () => {
      const held: Delivery[] = [];
      await consumeAll(bus, (delivery) => held.push(delivery));
      const command = someCommand();
      const first = bus.request(command, PATIENCE_MS);
      const delivery = await eventually(() => held[0]);
      const second = bus.request(command, 300);
      await Bun.sleep(100);
      await delivery.done(replyOf(command));
      expect(await first).toEqual({ status: "replied", reply: replyOf(command) });
      // Who asks second hears the same reply, or that the command is on its way and its reply is to be looked up.
      expect([{ status: "replied", reply: replyOf(command) }, { status: "pending" }]).toContainEqual(
        await second,
      );
      expect(held).toHaveLength(1);
    });

    test.each([
      ["withinTheWait", 300],
      ["noWaitAtAll", 0],
    ])("request_refusesAnotherBodyUnderTheSameId_theFirstIsPending_%s", async (_, waitMs) => {
      const first = someCommand();
      const second = { ...someCommand(first.orderId, 2), id: first.id };
      expect(await bus.request(first, 20)).toEqual({ status: "pending" });
      expect(await bus.request(second, waitMs)).toMatchObject({
        status: "replied",
        reply: { ok: false, code: "IDEMPOTENCY_KEY_REUSED", commandId: first.id, orderId: first.orderId },
      });
      expect(await bus.request(first, waitMs)).toEqual({ status: "pending" });
      const worker = await startWorker(bus);
      await until(async () => !(await bus.isPending(first.id)));
      expect(worker.ran).toEqual([first]);
    });

    test("request_takesOneBodyOnly_twoBodiesOfOneIdAtOnce", async () => {
      const first = someCommand();
      const second = { ...someCommand(first.orderId, 2), id: first.id };
      const answers = await Promise.all([bus.request(first, 0), bus.request(second, 0)]);
      expect(answers.map(({ status }) => status)).toEqual(["pending", "replied"]);
      const worker = await startWorker(bus);
      await until(async () => !(await bus.isPending(first.id)));
      expect(worker.ran).toEqual([first]);
    });

    test("request_runsOnce_sameIdAgainAfterItsReply", async () => {
      const worker = await startWorker(bus);
      const command = someCommand();
      const first = await bus.request(command, PATIENCE_MS);
      const second = await bus.request(command, 300);
      expect([first, { status: "pending" }]).toContainEqual(second);
      expect(worker.ran).toHaveLength(1);
    });

    test("request_runsOnce_tenAtOnceOfOneId", async () => {
      const worker = await startWorker(bus);
      const command = someCommand();
      const all = await Promise.all(Array.from({ length: 10 }, () => bus.request(command, 300)));
      expect(all).toContainEqual({ status: "replied", reply: replyOf(command) });
      expect(worker.ran).toHaveLength(1);
    });

    test("request_neverTellsAnothersReply_twoCommandsOfOneOrder", async () => {
      await startWorker(bus);
      const orderId = someOrder();
      const commands = [1, 2, 3].map((n) => someCommand(orderId, n));
      const answers = await Promise.all(commands.map((command) => bus.request(command, PATIENCE_MS)));
      const told = answers.map((answer) => answer.status === "replied" && answer.reply.commandId);
      expect(told).toEqual(commands.map((command) => command.id));
    });

    test("request_repliesToEach_2000AtOnce", async () => {
      const worker = await startWorker(bus);
      const commands = Array.from({ length: 2000 }, () => someCommand());
      const answers = await Promise.all(commands.map((command) => bus.request(command, PATIENCE_MS)));
      expect(answers.filter((answer) => answer.status === "replied")).toHaveLength(2000);
      expect(worker.ran).toHaveLength(2000);
    });

    test("retry_bringsTheSameCommandAgain_andTheCallerStillHears", async () => {
      const times: number[] = [];
      const command = someCommand();
      await consumeAll(bus, (delivery) => {
        times.push(performance.now());
        expect(delivery.command).toEqual(command);
        if (times.length < 3) void delivery.retry(100);
        else void delivery.done(replyOf(delivery.command));
      });
      expect(await bus.request(command, PATIENCE_MS)).toEqual({ status: "replied", reply: replyOf(command) });
      const [first = 0, second = 0, third = 0] = times;
      expect(second - first).toBeGreaterThanOrEqual(90);
      expect(third - second).toBeGreaterThanOrEqual(90);
    });

    test("retry_keepsTheCommandPending_whileItWaits", async () => {
      const command = someCommand();
      let brought = 0;
      await consumeAll(bus, (delivery) => {
        brought += 1;
        void delivery.retry(60_000);
      });
      expect(await bus.request(command, 200)).toEqual({ status: "pending" });
      expect(brought).toBe(1);
      expect(await bus.isPending(command.id)).toBe(true);
    });

    test("retry_doesNotStopOthers_oneOrderWaits", async () => {
      const stuck = someCommand();
      await consumeAll(bus, (delivery) => {
        if (delivery.command.id === stuck.id) void delivery.retry(60_000);
        else void delivery.done(replyOf(delivery.command));
      });
      await bus.request(stuck, 0);
      const later = someCommand(stuck.orderId, 2);
      expect(await bus.request(later, PATIENCE_MS)).toEqual({ status: "replied", reply: replyOf(later) });
    });

    test("consume_keepsTheOrderPerOrder_workerIsThere", async () => {
      const worker = await startWorker(bus);
      const orders = Array.from({ length: 10 }, someOrder);
      const commands = Array.from({ length: 30 }, (_, n) =>
        orders.map((order) => someCommand(order, n)),
      ).flat();
      await Promise.all(commands.map((command) => bus.request(command, PATIENCE_MS)));
      for (const order of orders) {
        expect(worker.ran.filter((command) => command.orderId === order)).toEqual(
          commands.filter((command) => command.orderId === order),
        );
      }
    });

    test("consume_keepsTheOrderPerOrder_workerComesLater", async () => {
      const order = someOrder();
      const commands = Array.from({ length: 50 }, (_, n) => someCommand(order, n));
      await Promise.all(commands.map((command) => bus.request(command, 0)));
      const worker = await startWorker(bus);
      await until(() => worker.ran.length === commands.length);
      expect(worker.ran).toEqual(commands);
    });

    test("stop_bringsNoMore_andTheNextConsumerGetsThem", async () => {
      const before = await startWorker(bus);
      await bus.request(someCommand(), PATIENCE_MS);
      await before.stop();
      const command = someCommand();
      await bus.request(command, 50);
      expect(before.ran).toHaveLength(1);
      const after = await startWorker(bus);
      await until(() => after.ran.length === 1);
      expect(after.ran).toEqual([command]);
      expect(before.ran).toHaveLength(1);
    });

    test("isPending_isFalse_idsThatNobodyHandedIn", async () => {
      for (const id of [`${someOrder()}.abc`, "", "a b.*", ">", "하나.둘", `${"x".repeat(300)}.y`]) {
        expect(await bus.isPending(id)).toBe(false);
      }
    });

    test("open_bringsPendingCommands_afterAClose", async () => {
      const commands = [someCommand(), someCommand()];
      for (const command of commands) await bus.request(command, 20);
      await bus.close();
      const again = await world.open();
      for (const command of commands) expect(await again.isPending(command.id)).toBe(true);
      const worker = await startWorker(again);
      await until(() => worker.ran.length === 2);
      expect(new Set(worker.ran)).toEqual(new Set(commands));
      await until(async () => !(await again.isPending(commands[0]?.id ?? "")));
    });

    test("open_doesNotRunAgain_whatWasDoneBeforeAClose", async () => {
      const worker = await startWorker(bus);
      const command = someCommand();
      await bus.request(command, 0);
      await until(() => worker.ran.length === 1);
      await until(async () => !(await bus.isPending(command.id)));
      await bus.close();
      const again = await world.open();
      expect(await again.isPending(command.id)).toBe(false);
      const next = await startWorker(again);
      await again.request(someCommand(), PATIENCE_MS);
      expect(next.brought.has(command.id)).toBe(false);
    });

    test("request_isRefusedAsRetryable_afterAClose", async () => {
      await bus.close();
      const error = await rejection(bus.request(someCommand(), 100));
      expect(error).toBeInstanceOf(RetryableError);
      expect(error).toMatchObject({ code: "SHUTTING_DOWN" });
    });

    test("ready_resolves_allIsWell", async () => {
      expect(await bus.ready()).toBeUndefined();
    });
  },
);
