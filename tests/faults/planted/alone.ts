import type { OrderStore } from "../../../actors/ports.ts";

/**
 * No defect, but a fault that the design says it bears: leases tell this runtime that it is alone and owns every
 * partition, while others own them too. Then nothing but the compare-and-set keeps two writers of one order apart.
 */
export const alone = (store: OrderStore): OrderStore => ({
  ...store,
  leases: {
    heartbeat: async (owner) => [owner],
    acquire: async () => true,
    release: async () => {},
    leave: async () => {},
  },
});
