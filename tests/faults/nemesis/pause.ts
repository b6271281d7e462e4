import { signal, type Target } from "../world/target.ts";
import type { Fault } from "./fault.ts";

/** SIGSTOP and SIGCONT: it holds its connections and its leases, and wakes up in a world that went on. */
export const pause = (target: Target, weight: number): Fault => ({
  kind: "pause",
  target: target.name,
  weight,
  mostMs: 4_000,
  async strike() {
    if (target.pid === undefined) return undefined;
    signal(target, "SIGSTOP");
    return async () => signal(target, "SIGCONT");
  },
});
