import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import type { CommandBus, EventMessage } from "../../actors/ports.ts";
import { type BusWorld, busAdapters } from "./bus-adapters.ts";
import { someEvent, someOrder, until } from "./bus-fixtures.ts";

describe.each(busAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "bus contract [%s]",
  (_, adapter) => {
    let world: BusWorld;
    let bus: CommandBus;
    let heard: EventMessage[];
    const listener = (event: EventMessage) => heard.push(event);

    beforeEach(async () => {
      world = await adapter.create();
      bus = await world.open();
      heard = [];
    });
    afterEach(() => world.dispose());

    test("subscribe_hearsItsOrderOnly_eventsOfTwo", async () => {
      const [mine, other] = [someOrder(), someOrder()];
      await bus.subscribe(mine, listener);
      await bus.publish([someEvent(other, 1), someEvent(mine, 1), someEvent(other, 2), someEvent(mine, 2)]);
      await until(() => heard.length === 2);
      expect(heard).toEqual([
        expect.objectContaining({ orderId: mine, entry: expect.objectContaining({ seq: 1 }) }),
        expect.objectContaining({ orderId: mine, entry: expect.objectContaining({ seq: 2 }) }),
      ]);
    });

    test("subscribe_hearsTheEventAsItWas_allFieldsSet", async () => {
      const event = someEvent(someOrder(), 1);
      await bus.subscribe(event.orderId, listener);
      await bus.publish([event]);
      await until(() => heard.length === 1);
      expect(heard).toEqual([event]);
    });

    test("subscribe_hearsAllOrders_noneNamed", async () => {
      const orders = [someOrder(), someOrder(), someOrder()];
      await bus.subscribe(undefined, listener);
      await bus.publish(orders.map((order) => someEvent(order, 1)));
      await until(() => heard.length === 3);
      expect(new Set(heard.map((event) => event.orderId))).toEqual(new Set(orders));
    });

    test("publish_keepsTheOrderPerOrder_manyEventsInManyCalls", async () => {
      const orders = Array.from({ length: 10 }, someOrder);
      await bus.subscribe(undefined, listener);
      for (const from of [1, 11, 21]) {
        const seqs = Array.from({ length: 10 }, (_, n) => from + n);
        await bus.publish(seqs.flatMap((seq) => orders.map((order) => someEvent(order, seq))));
      }
      await until(() => heard.length === 300);
      for (const order of orders) {
        const seqs = heard.filter((event) => event.orderId === order).map((event) => event.entry.seq);
        expect(seqs).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
      }
    });

    test("subscribe_hearsNothingMore_afterItsEnd", async () => {
      const order = someOrder();
      const end = await bus.subscribe(order, listener);
      const others: EventMessage[] = [];
      await bus.subscribe(order, (event) => others.push(event));
      await bus.publish([someEvent(order, 1)]);
      await until(() => heard.length === 1 && others.length === 1);
      end();
      await bus.publish([someEvent(order, 2)]);
      await until(() => others.length === 2);
      expect(heard).toHaveLength(1);
    });

    test("publish_resolves_nobodyListens", async () => {
      expect(await bus.publish([someEvent(someOrder(), 1)])).toBeUndefined();
      expect(await bus.publish([])).toBeUndefined();
    });
  },
);
