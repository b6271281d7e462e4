import type { Around } from "../../../deploy/app.ts";

/** One batch of so many is lost. */
const ONE_IN = 6;

/** Planted defect 4: now and then events are called published that never were. */
export const outboxDropped: Around = {
  bus(bus) {
    let batches = 0;
    return {
      ...bus,
      async publish(events) {
        batches += 1;
        if (batches % ONE_IN !== 0) await bus.publish(events);
      },
    };
  },
};
