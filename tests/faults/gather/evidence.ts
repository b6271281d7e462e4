import type { Channel, Evidence } from "../checker/evidence.ts";
import type { Watch } from "../watch.ts";
import type { World } from "../world/world.ts";
import { readAccounts } from "./accounts.ts";
import { readAudit } from "./audit.ts";
import { readDays } from "./days.ts";
import { readOrders } from "./orders.ts";

/** What everybody has, once nothing runs any more. */
export const readEvidence = async (
  world: World,
  { record, followers, listener }: Watch,
  promised: Evidence["promised"],
): Promise<Evidence> => {
  const { nats, settling, mock, troubles } = world;
  await using opened = new AsyncDisposableStack();
  const store = await world.openStore();
  opened.defer(() => store.close());
  const orders = await readOrders(store, { durableEvents: nats !== undefined });
  const { orderIds, delivered } = followers;
  const channels: Channel[] = [
    { name: "server-sent events", orderIds, delivered },
    ...(listener ? [{ name: "JetStream", orderIds: [...orders.keys()], delivered: listener.delivered }] : []),
  ];
  return {
    ...{ ops: record.ops, orders, channels, promised, troubles },
    accounts: readAccounts(mock),
    audit: await readAudit(world.direct),
    days: settling ? await readDays(settling, mock) : [],
  };
};
