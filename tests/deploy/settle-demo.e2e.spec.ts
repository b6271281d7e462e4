import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";

const DEMO = resolve(import.meta.dir, "../../deploy/settle-demo.ts");
const ORDERS = 12;
/** Each order's capture, and a third of them gave a piece back on the same day. */
const ROWS = ORDERS + ORDERS / 3;

const demo = async (fault: string) => {
  const child = Bun.spawn([process.execPath, DEMO, "--orders", String(ORDERS), "--fault", fault], {
    env: { ...process.env, MONGODB_URL: "", KAFKA_BROKERS: "", SCHEMA_REGISTRY_URL: "", NATS_URL: "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { out, err, code };
};

describe("the demo of settlement", () => {
  test("settleDemo_matchesEachRowOnce_pollerKilledBetweenProduceAndCheckpoint", async () => {
    const { out, err, code } = await demo("kill");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    // Once on each of its two days.
    expect(out.match(/page 1 is in the log, its checkpoint is not/g)).toHaveLength(2);
    const matched = [...out.matchAll(/│ matched\s+│\s+(\d+) │/g)].map(([, count]) => Number(count));
    expect(matched).toEqual([ROWS, 1]);
  }, 60_000);

  test("settleDemo_endsWith64_faultThatIsNone", async () => {
    const { err, code } = await demo("flood");
    expect(code).toBe(64);
    expect(err).toContain("|kill]");
  });
});
