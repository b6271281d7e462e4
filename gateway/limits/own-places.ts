import type { Actor } from "../../actors/command.ts";
import { callerKey } from "../caller.ts";

/** Places of which one customer has so many at most. */
export interface OwnPlaces {
  /** Returns how to give the place back, once; undefined when this customer has all of its own. */
  take(caller: Actor): (() => void) | undefined;
}

/** Nobody but customers is counted: whoever works here has the whole, and so may a shop's service. */
export const createOwnPlaces = (most: number): OwnPlaces => {
  const taken = new Map<string, number>();
  return {
    take(caller) {
      if (caller.role !== "customer") return () => {};
      const key = callerKey(caller);
      const own = taken.get(key) ?? 0;
      if (own >= most) return undefined;
      taken.set(key, own + 1);
      let here = true;
      return () => {
        if (!here) return;
        here = false;
        const left = (taken.get(key) ?? 1) - 1;
        if (left > 0) taken.set(key, left);
        else taken.delete(key);
      };
    },
  };
};
