export { createRandom, type Random } from "../../deploy/simulate/random.ts";

/** The seed of this run: `CRASH_SEED` to run an earlier one again, else a new one. Print it. */
export const seedOfRun = (): number => Number(process.env.CRASH_SEED) || (Date.now() & 0xffffff) + 1;
