import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { TerminalError } from "../../actors/errors.ts";
import type { CommandBus, Delivery } from "../../actors/ports.ts";
import { type BusWorld, busAdapters } from "./bus-adapters.ts";
import { consumeAll, eventually, rejection, replyOf, someCommand, someOrder, until } from "./bus-fixtures.ts";

describe.each(busAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "bus contract [%s]",
  (_, adapter) => {
    let world: BusWorld;
    let bus: CommandBus;
    let brought: Delivery[];

    beforeEach(async () => {
      world = await adapter.create();
      bus = await world.open();
      brought = [];
    });
    afterEach(() => world.dispose());

    const killEach = async (reason = "it failed 5 times: INVARIANT") => {
      await consumeAll(bus, (delivery) => {
        brought.push(delivery);
        void delivery.dead(reason);
      });
    };

    test("dead_putsTheCommandAside_withItsReason", async () => {
      await killEach("it failed 5 times: 재고\nnot an order");
      const command = someCommand();
      const before = Date.now();
      await bus.request(command, 50);
      const letter = await eventually(() => bus.deadLetter(command.id));
      expect(letter.command).toEqual(command);
      expect(letter.reason).toStartWith("it failed 5 times: 재고");
      expect(Math.abs(Date.parse(letter.at) - before)).toBeLessThan(60_000);
      expect(letter.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    });

    test("dead_endsTheCommand_nothingBringsItAgain", async () => {
      await killEach();
      const command = someCommand();
      await bus.request(command, 0);
      await until(async () => !(await bus.isPending(command.id)));
      await Bun.sleep(100);
      expect(brought).toHaveLength(1);
      expect(await bus.deadLetter(command.id)).toBeDefined();
    });

    test("dead_doesNotStopOthers_onePoisonCommandAmong127", async () => {
      const poison = someCommand();
      await consumeAll(bus, (delivery) => {
        if (delivery.command.id === poison.id) void delivery.dead("poison");
        else void delivery.done(replyOf(delivery.command));
      });
      const good = Array.from({ length: 127 }, () => someCommand());
      const commands = [...good.slice(0, 60), poison, ...good.slice(60)];
      const answers = await Promise.all(commands.map((command) => bus.request(command, 2_000)));
      expect(answers.filter((answer) => answer.status === "replied")).toHaveLength(127);
      expect(answers[60]).toEqual({ status: "pending" });
      expect((await bus.deadLetters(10)).map((letter) => letter.command.id)).toEqual([poison.id]);
    });

    test("bury_putsACommandAside_thatNeverWasOnTheBus", async () => {
      const command = someCommand();
      await bus.bury(command, "a timer's command that can't be run");
      expect(await bus.deadLetter(command.id)).toMatchObject({
        command,
        reason: "a timer's command that can't be run",
      });
      expect(await bus.isPending(command.id)).toBe(false);
    });

    test("deadLetterCount_countsEachCommandOnce_untilItIsRevived", async () => {
      expect(await bus.deadLetterCount()).toBe(0);
      const commands = [someCommand(), someCommand()];
      for (const command of commands) await bus.bury(command, "first");
      await bus.bury(commands[0] as (typeof commands)[number], "second");
      expect(await bus.deadLetterCount()).toBe(2);
      await bus.revive(String(commands[0]?.id));
      expect(await bus.deadLetterCount()).toBe(1);
    });

    test("bury_keepsOneLetter_sameCommandTwice", async () => {
      const command = someCommand();
      await bus.bury(command, "first");
      await bus.bury(command, "second");
      expect((await bus.deadLetters(10)).map((letter) => letter.reason)).toEqual(["second"]);
    });

    test("deadLetters_areNewestFirst_upToTheLimit", async () => {
      const commands = Array.from({ length: 6 }, () => someCommand());
      for (const command of commands) {
        await bus.bury(command, "buried");
        await Bun.sleep(3);
      }
      // Gaps, as revived ones leave them.
      for (const at of [1, 2, 3]) await bus.revive(commands[at]?.id ?? "");
      const left = [commands[5], commands[4], commands[0]].map((command) => command?.id);
      const ids = async (limit: number) => (await bus.deadLetters(limit)).map(({ command }) => command.id);
      expect(await ids(10)).toEqual(left as string[]);
      expect(await ids(2)).toEqual(left.slice(0, 2) as string[]);
      expect(await ids(1)).toEqual(left.slice(0, 1) as string[]);
    });

    test("deadLetters_isEmpty_nothingDied", async () => {
      expect(await bus.deadLetters(10)).toEqual([]);
    });

    test("deadLetter_isUndefined_idsThatNobodyHandedIn", async () => {
      for (const id of [`${someOrder()}.abc`, "", "a b.*", ">", "하나.둘"]) {
        expect(await bus.deadLetter(id)).toBeUndefined();
      }
    });

    test("revive_bringsTheCommandUnderItsOwnId_andRemovesTheLetter", async () => {
      let healthy = false;
      await consumeAll(bus, (delivery) => {
        brought.push(delivery);
        if (healthy) void delivery.done(replyOf(delivery.command));
        else void delivery.dead("sick");
      });
      const command = someCommand();
      await bus.request(command, 50);
      await eventually(() => bus.deadLetter(command.id));
      healthy = true;
      await bus.revive(command.id);
      await until(() => brought.length === 2);
      expect(brought[1]?.command).toEqual(command);
      expect(await bus.deadLetter(command.id)).toBeUndefined();
      await until(async () => !(await bus.isPending(command.id)));
    });

    test("revive_worksAgain_commandDiesThreeTimes", async () => {
      await killEach();
      const command = someCommand();
      await bus.request(command, 0);
      for (const times of [1, 2, 3]) {
        await until(() => brought.length === times);
        await eventually(() => bus.deadLetter(command.id));
        await until(async () => !(await bus.isPending(command.id)));
        if (times < 3) await bus.revive(command.id);
      }
      expect(brought.map((delivery) => delivery.command)).toEqual([command, command, command]);
      expect(await bus.deadLetters(10)).toHaveLength(1);
    });

    test("revive_isDurable_processEndsBeforeAWorkerComes", async () => {
      const command = someCommand();
      await bus.bury(command, "buried");
      await bus.revive(command.id);
      await bus.close();
      const again = await world.open();
      expect(await again.isPending(command.id)).toBe(true);
      await consumeAll(again, (delivery) => brought.push(delivery));
      await until(() => brought.length === 1);
      expect(brought[0]?.command).toEqual(command);
    });

    test("revive_isRefused_thereIsNoSuchLetter", async () => {
      for (const id of [`${someOrder()}.abc`, "", "a b.*"]) {
        const error = await rejection(bus.revive(id));
        expect(error).toBeInstanceOf(TerminalError);
        expect(error).toMatchObject({ code: "DEAD_LETTER_NOT_FOUND" });
      }
    });

    test("open_keepsDeadLetters_afterAClose", async () => {
      const command = someCommand();
      await bus.bury(command, "buried");
      await bus.close();
      const again = await world.open();
      expect(await again.deadLetters(10)).toMatchObject([{ command, reason: "buried" }]);
    });
  },
);
