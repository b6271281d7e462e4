import { cpuTimeOf } from "../cpu.ts";

const SAMPLE_MS = 1_000;
const CALM_SAMPLES = 5;
const LIMIT_MS = 300_000;
/** Of a core. */
const REST = 0.2;

/**
 * Waits until a process that nobody asks anything does next to nothing: a start on a large store looks through its whole
 * file beside the work, which is no part of what a command costs later. Resolves to how long it took, in ms.
 */
export const untilAtRest = async (pid: number): Promise<number> => {
  const since = performance.now();
  for (let calm = 0; calm < CALM_SAMPLES; ) {
    const [before, at] = [cpuTimeOf(pid), performance.now()];
    await Bun.sleep(SAMPLE_MS);
    const used = (cpuTimeOf(pid) - before) / 1_000 / (performance.now() - at);
    calm = used < REST ? calm + 1 : 0;
    if (performance.now() - since > LIMIT_MS) throw new Error(`Process ${pid} does not come to rest.`);
  }
  return performance.now() - since;
};
