import type { World } from "../world/world.ts";
import type { Fault } from "./fault.ts";

/** A runtime comes up that believes to own every partition, beside those who do; then a sound one takes its place. */
export const usurp = ({ usurper }: World, weight: number): Fault[] =>
  usurper === undefined
    ? []
    : [
        {
          kind: "two owners",
          target: usurper.target.name,
          weight,
          mostMs: 6_000,
          async strike() {
            await usurper.usurp();
            return usurper.abdicate;
          },
        },
      ];
