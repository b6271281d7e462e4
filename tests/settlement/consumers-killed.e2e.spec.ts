import { afterEach, beforeEach, expect, test } from "bun:test";
import { drain } from "../../settlement/consumers/mod.ts";
import { times } from "../contract/store-fixtures.ts";
import { type ConsumersLab, createConsumersLab } from "./consumers-lab.ts";
import { allRows, byKey, PAID_OUT, since, someRow } from "./ledgers-fixtures.ts";

let lab: ConsumersLab;
beforeEach(async () => {
  lab = await createConsumersLab();
});
afterEach(() => lab.dispose());

/** Runs a loader in a process of its own until it kills itself. */
const loadAndDie = async (department: string, batch: number, when: "before" | "after"): Promise<void> => {
  const script = new URL("./loader-that-dies.ts", import.meta.url).pathname;
  const child = Bun.spawn([process.execPath, script, lab.folder, department, String(batch), when], {
    stdout: "inherit",
    stderr: "inherit",
  });
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
};

test.each(["before", "after"] as const)(
  "loader_losesAndDoublesNothing_killed %s the store's write and before the offset's",
  async (when) => {
    const rows = times(60, () => someRow());
    await lab.produce(...rows, ...rows.slice(0, 10));
    for (const batch of [1, 2]) {
      for (const name of ["settlementLedger", "orderLedger", "accounting"])
        await loadAndDie(name, batch, when);
    }
    for (const { topic, group } of lab.loaders()) expect(await lab.log.lag(topic, group)).toBeGreaterThan(0);
    await drain(lab.loaders());

    expect((await allRows(lab.ledgers)).rows).toEqual(byKey(rows));
    expect(await lab.ledgers.accounting(PAID_OUT)).toMatchObject([{ rows: 60, amount: 60 * 12_000 }]);
    for (const row of rows.slice(0, 5)) {
      expect(await lab.ledgers.orderSettlements(row.orderId, [since(row)])).toHaveLength(1);
    }
  },
);
