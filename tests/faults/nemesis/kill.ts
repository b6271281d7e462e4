import type { Target } from "../world/target.ts";
import type { Fault } from "./fault.ts";

/** kill -9, and a start after a moment of being down. */
export const kill = (target: Target, weight: number): Fault => ({
  kind: "kill -9",
  target: target.name,
  weight,
  mostMs: 1_200,
  async strike() {
    if (target.pid === undefined) {
      await target.start();
      return undefined;
    }
    await target.kill();
    return () => target.start();
  },
});
