import { expect, test } from "bun:test";
import { totalsOf } from "../../settlement/totals.ts";
import { createLab, ledgerOf } from "./poller-lab.ts";
import { DATE, malformed, read, someRow, someRows } from "./poller-rows.ts";

test("runDate_putsThemAside_malformedRowsAmongGoodOnes", async () => {
  const rows = [...someRows(1, 3), malformed(4), ...someRows(5, 6), malformed(7)];
  const lab = createLab(rows);
  const { run, produced } = await lab.run();
  expect(produced).toBe(7);
  expect(lab.ledger()).toEqual(ledgerOf(rows));
  expect(lab.dead()).toEqual([
    {
      text: '{"transactionKey":"tx-4"}',
      headers: { reason: "amount: Expected integer", source: "poller", date: DATE, page: "2" },
    },
    { text: '{"transactionKey":"tx-7"}', headers: expect.objectContaining({ page: "3" }) },
  ]);
  expect(run).toMatchObject({ status: "complete", totals: { ...totalsOf(rows), rows: 5, malformed: 2 } });
});

test("runDate_goesOn_pageOfMalformedRowsOnly", async () => {
  const lab = createLab([malformed(1), malformed(2), malformed(3), ...someRows(4, 5)]);
  const { run } = await lab.run();
  expect(run.totals).toMatchObject({ rows: 2, malformed: 3 });
  expect(lab.dead()).toHaveLength(3);
});

test("runDate_tellsLoudly_completeWithMalformedRows", async () => {
  const lab = createLab([malformed(1)]);
  const errors: object[] = [];
  const silent = { debug() {}, info() {}, warn() {} };
  await lab.run({ logger: { ...silent, error: (fields) => errors.push(fields) } });
  expect(errors).toEqual([{ date: DATE, malformed: 1 }]);
});

test("runDate_bringsTheRow_mendedBeforeItIsPolledAgain", async () => {
  const lab = createLab([...someRows(1, 3), malformed(4)]);
  await lab.run();
  expect((await lab.run()).produced).toBe(0);
  lab.source.lists.get(DATE)?.splice(3, 1, read(someRow(4)));
  const { run } = await lab.run();
  expect(run.totals).toMatchObject({ rows: 4, malformed: 0 });
  expect(lab.ledger()).toEqual(ledgerOf(someRows(1, 4)));
});

test("runDate_keysDeadLettersByTheirText_sameOneAgain", async () => {
  const lab = createLab([malformed(1), malformed(2), malformed(1)]);
  await lab.run();
  const keys = lab.log.records.map(({ record }) => record.key);
  expect(keys[0]).toBe(String(keys[2]));
  expect(keys[0]).not.toBe(String(keys[1]));
});
