import { verify } from "../../../actors/audit/verify/verify.ts";
import { silentLog } from "../../../actors/ports.ts";
import { openToVerify } from "../../../deploy/audit-trail.ts";
import { readConfig } from "../../../deploy/config.ts";
import type { Audited } from "../checker/evidence.ts";

/** What `bun run audit:verify` finds in what these settings lead to. */
export const readAudit = async (settings: Readonly<Record<string, string>>): Promise<Audited> => {
  const { orders, trail } = await openToVerify(readConfig(settings), silentLog);
  try {
    const { findings, unsealed, trail: counts } = await verify({ orders, trail });
    return { findings, unsealed: unsealed.orders, seals: counts.seals };
  } finally {
    await Promise.all([orders.close(), trail.close()]);
  }
};
