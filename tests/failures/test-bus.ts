import { type Command, partitionOf, type Reply } from "../../actors/command.ts";
import { RetryableError } from "../../actors/errors.ts";
import type { CommandBus, Delivery } from "../../actors/ports.ts";
import { mortal, never } from "./mortal.ts";

/** What a test can do to one process' bus. */
export interface BusFaults {
  /** Brings a command to the worker once more, as a bus does whose ack was lost. Resolves to what it is told. */
  redeliver(command: Command): Promise<Reply>;
  /** The next `times` partitions can't be consumed. */
  refuseConsumers(times: number): void;
  /** Holds every event back from now on: published neither here nor anywhere. */
  holdEvents(): void;
  /** How often a command was brought to the worker. */
  deliveries(commandId: string): number;
}

/** A process' bus, cut off when the process is dead. */
export const createTestBus = (
  real: CommandBus,
  isDead: () => boolean,
): { bus: CommandBus; faults: BusFaults } => {
  const workers = new Map<number, (delivery: Delivery) => void>();
  const brought = new Map<string, number>();
  let refusals = 0;
  let eventsHeld = false;

  const consume: CommandBus["consume"] = async (partition, deliver) => {
    if (refusals > 0) {
      refusals -= 1;
      throw new RetryableError("BUS_UNAVAILABLE", { message: "The bus is away." });
    }
    const bring = (delivery: Delivery) => {
      if (isDead()) return;
      brought.set(delivery.command.id, (brought.get(delivery.command.id) ?? 0) + 1);
      // The command is data, not a port: it must stay plain to go into the store.
      deliver({ ...mortal(delivery, isDead), command: delivery.command });
    };
    workers.set(partition, bring);
    const consumer = await real.consume(partition, bring);
    return {
      async stop() {
        if (workers.get(partition) === bring) workers.delete(partition);
        await consumer.stop();
      },
    };
  };

  const publish: CommandBus["publish"] = (events) => (eventsHeld ? never : real.publish(events));

  return {
    bus: mortal({ ...real, consume, publish }, isDead),
    faults: {
      redeliver: (command) =>
        new Promise((resolve, reject) => {
          const bring = workers.get(partitionOf(command.orderId));
          if (!bring) return reject(new Error(`No worker is there for ${command.id}.`));
          bring({
            command,
            done: async (reply) => resolve(reply),
            retry: async () => reject(new Error(`${command.id} was given back.`)),
            dead: async (reason) => reject(new Error(`${command.id} is dead: ${reason}`)),
          });
        }),
      refuseConsumers(times) {
        refusals = times;
      },
      holdEvents() {
        eventsHeld = true;
      },
      deliveries: (commandId) => brought.get(commandId) ?? 0,
    },
  };
};
