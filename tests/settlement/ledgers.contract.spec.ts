import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { RetryableSettlementError } from "../../settlement/errors.ts";
import type { Ledgers } from "../../settlement/ports.ts";
import type { SettlementRow } from "../../settlement/row.ts";
import { rejection, times } from "../contract/store-fixtures.ts";
import { type LedgersWorld, ledgersAdapters } from "./ledgers-adapters.ts";
import {
  allRows,
  byKey,
  cancelOf,
  feeFor,
  PAID_OUT,
  SOLD,
  since,
  someRow,
  upsertAll,
} from "./ledgers-fixtures.ts";

const OTHER_DAY = "2026-11-23";

describe.each(ledgersAdapters.map((adapter) => [adapter.name, adapter] as const))(
  "ledger contract [%s]",
  (_, adapter) => {
    let world: LedgersWorld;
    let ledgers: Ledgers;

    beforeEach(async () => {
      world = await adapter.create();
      ledgers = await world.open();
    });
    afterEach(() => world.dispose());

    const rowsOn = async (date = PAID_OUT, by = ledgers) => (await allRows(by, date)).rows;

    /** All that can be asked about these rows. */
    const everything = async (rows: readonly SettlementRow[], by = ledgers) => ({
      rows: await rowsOn(PAID_OUT, by),
      rowsOf: await by.rowsOf(rows.map((row) => since(row))),
      orders: await Promise.all(rows.map((row) => by.orderSettlements(row.orderId, [since(row)]))),
      accounting: await by.accounting(PAID_OUT),
    });

    test("rows_areAsTheyCame_everyField", async () => {
      const rows = [
        someRow({ amount: 9_007_199_254_740_991, easyPayProvider: "네이버페이", interestFee: 1 }),
        someRow({ method: null, cardIssuerCode: null, fees: [], supplyAmount: 0, vat: 0 }),
        cancelOf(someRow(), 5_000),
        someRow({ mId: "m|2", paymentKey: "a|b'\"$where", orderId: 'order-"$gt"' }),
      ];
      await ledgers.upsertRows(rows);
      expect(byKey(await rowsOn())).toEqual(byKey(rows));
    });

    test("rows_areEmpty_unknownDay", async () => {
      await upsertAll(ledgers, someRow());
      expect(await ledgers.rows(OTHER_DAY, { limit: 10 })).toEqual({ rows: [] });
      expect(await ledgers.accounting(OTHER_DAY)).toEqual([]);
      expect(await ledgers.rows("' OR 1=1 --", { limit: 10 })).toEqual({ rows: [] });
    });

    test("paidOutDates_areThoseOfTheRange_withRowsOfAccounting", async () => {
      const days = ["2026-11-19", "2026-11-20", "2026-11-23", "2026-11-24"];
      const rows = days.map((paidOutDate) => someRow({ paidOutDate }));
      await ledgers.upsertAccounting([
        ...rows,
        someRow({ paidOutDate: "2026-11-23", soldDate: "2026-11-18" }),
      ]);
      await ledgers.upsertRows([someRow({ paidOutDate: "2026-11-21" })]);
      expect(await ledgers.paidOutDates("2026-11-20", "2026-11-23")).toEqual(["2026-11-20", "2026-11-23"]);
      expect(await ledgers.paidOutDates("2026-12-01", "2026-12-31")).toEqual([]);
    });

    test("upsert_doesNothing_noRows", async () => {
      await upsertAll(ledgers);
      expect(await everything([])).toEqual({ rows: [], rowsOf: [], orders: [], accounting: [] });
    });

    test("upsert_changesNothing_sameRowsTwice", async () => {
      const payment = someRow();
      const rows = [payment, cancelOf(payment, 2_000), someRow()];
      await upsertAll(ledgers, ...rows);
      const once = await everything(rows);
      expect(once.accounting).toMatchObject([{ rows: 3 }]);
      await upsertAll(ledgers, ...rows);
      await upsertAll(ledgers, ...rows, ...rows);
      expect(await everything(rows)).toEqual(once);
    });

    test("upsert_replaces_correctedRow", async () => {
      const row = someRow();
      await upsertAll(ledgers, row, someRow({ orderId: row.orderId, paymentKey: row.paymentKey }));
      const { fee, supplyAmount, vat } = feeFor(20_000);
      const corrected = someRow({ ...row, amount: 20_000, supplyAmount, vat, payOutAmount: 20_000 - fee });
      const whole = { ...corrected, fees: [{ type: "BASE", fee }], cardIssuerCode: "11", method: "간편결제" };
      await upsertAll(ledgers, whole);
      expect(await rowsOn()).toContainEqual(whole);
      expect(await rowsOn()).toHaveLength(2);
      expect(await ledgers.orderSettlements(row.orderId, [since(row)])).toMatchObject([
        { transactionKey: row.transactionKey, amount: 20_000, payOutAmount: 20_000 - fee },
        { amount: 12_000 },
      ]);
      const sums = { rows: 1, amount: 20_000, fee, supplyAmount, vat, payOutAmount: 20_000 - fee };
      expect(await ledgers.accounting(PAID_OUT)).toContainEqual({
        method: "간편결제",
        cardIssuerCode: "11",
        ...sums,
      });
    });

    test("upsert_movesTheRow_itsPaidOutDateWasCorrected", async () => {
      const [row, stays] = [someRow(), someRow()];
      await upsertAll(ledgers, row, stays);
      const moved = { ...row, paidOutDate: OTHER_DAY };
      await upsertAll(ledgers, moved);
      expect([await rowsOn(), await rowsOn(OTHER_DAY)]).toEqual([[stays], [moved]]);
      expect(await ledgers.accounting(PAID_OUT)).toMatchObject([{ rows: 1, amount: 12_000 }]);
      expect(await ledgers.accounting(OTHER_DAY)).toMatchObject([{ rows: 1, amount: 12_000 }]);
    });

    test("upsert_keepsTheLast_oneKeyTwiceInABatch", async () => {
      const row = someRow();
      await upsertAll(ledgers, { ...row, amount: 1 }, row, { ...row, amount: 2 }, { ...row, amount: 3 });
      expect(await rowsOn()).toEqual([{ ...row, amount: 3 }]);
      expect(await ledgers.accounting(PAID_OUT)).toMatchObject([{ rows: 1, amount: 3 }]);
    });

    test("upsert_keepsApart_whatDiffersInAnyPartOfTheKey", async () => {
      const row = someRow();
      const rows = [
        row,
        { ...row, soldDate: "2026-11-18" },
        { ...row, mId: "other" },
        { ...row, paymentKey: "other" },
        { ...row, transactionKey: "other" },
      ];
      await upsertAll(ledgers, ...rows);
      expect(byKey(await rowsOn())).toEqual(byKey(rows));
      expect(await ledgers.accounting(PAID_OUT)).toMatchObject([{ rows: 5, amount: 60_000 }]);
    });

    test("upsert_comesToTheSame_rowsArriveInAnyOrder", async () => {
      const payments = times(6, (index) =>
        someRow({ soldDate: `2026-11-1${4 + (index % 4)}`, mId: index % 2 === 0 ? "a" : "b" }),
      );
      const rows = payments.flatMap((row) => [row, cancelOf(row, 3_000, { soldDate: "2026-11-17" })]);
      await upsertAll(ledgers, ...rows);
      const expected = await everything(rows);
      const other = await adapter.create();
      try {
        const another = await other.open();
        const reversed = rows.toReversed();
        for (let start = 0; start < rows.length; start += 5) {
          await upsertAll(another, ...reversed.slice(start, start + 5));
        }
        expect(await everything(rows, another)).toEqual(expected);
      } finally {
        await other.dispose();
      }
      expect(expected.rows).toHaveLength(12);
    });

    test("upsert_touchesOneLedger_theDepartmentsAreOnTheirOwn", async () => {
      const [a, b, c] = [someRow(), someRow(), someRow()];
      await ledgers.upsertRows([a]);
      await ledgers.upsertOrderSettlements([b]);
      await ledgers.upsertAccounting([c, someRow()]);
      expect(await rowsOn()).toEqual([a]);
      expect(await ledgers.rowsOf([since(a), since(b), since(c)])).toEqual([a]);
      const orders = await Promise.all(
        [a, b, c].map((row) => ledgers.orderSettlements(row.orderId, [since(row)])),
      );
      expect(orders.map(({ length }) => length)).toEqual([0, 1, 0]);
      expect(await ledgers.accounting(PAID_OUT)).toMatchObject([{ rows: 2 }]);
    });

    test("rows_comeOnceAndInOrder_pagesOfEverySize", async () => {
      const rows = times(11, (index) =>
        someRow({
          soldDate: ["2026-11-15", "2026-11-16", SOLD][index % 3] ?? SOLD,
          mId: index % 2 === 0 ? "a" : "b",
          paymentKey: `payment-${index % 4}`,
        }),
      );
      await ledgers.upsertRows([...rows, someRow({ paidOutDate: OTHER_DAY, paymentKey: "payment-2" })]);
      const whole = (await allRows(ledgers)).rows;
      expect(byKey(whole)).toEqual(byKey(rows));
      expect(whole.map(({ soldDate }) => soldDate)).toEqual(whole.map(({ soldDate }) => soldDate).toSorted());
      for (const limit of [1, 2, 3, 5, 10, 11, 12]) {
        const { rows: paged, pages } = await allRows(ledgers, PAID_OUT, limit);
        expect(paged).toEqual(whole);
        expect(pages).toBe(Math.ceil(11 / limit));
      }
    });

    test("rows_goOnWhereTheyWere_newRowsCameMeanwhile", async () => {
      const rows = times(4, () => someRow());
      await ledgers.upsertRows(rows);
      const first = await ledgers.rows(PAID_OUT, { limit: 2 });
      await ledgers.upsertRows([someRow({ soldDate: "2026-11-16" }), someRow({ paymentKey: "a-first" })]);
      const second = await ledgers.rows(PAID_OUT, { limit: 10, after: first.next ?? "" });
      expect([...first.rows, ...second.rows]).toEqual(byKey(rows));
    });

    test("accounting_addsUp_byMethodAndIssuerWithCancelsBelowZero", async () => {
      const card = someRow({ amount: 53_030 });
      const other = someRow({ amount: 41_500, cardIssuerCode: "11" });
      const easy = someRow({ amount: 2_000, method: "간편결제", cardIssuerCode: null });
      const rows = [card, cancelOf(card, 53_030), someRow({ amount: 99_800 }), other, easy];
      const back = cancelOf(easy, 2_000, { soldDate: "2026-11-16" });
      await ledgers.upsertAccounting([...rows, back, someRow({ paidOutDate: OTHER_DAY })]);
      const sum = (of: readonly SettlementRow[], pick: (row: SettlementRow) => number) =>
        of.reduce((total, row) => total + pick(row), 0);
      const totals = (method: string, cardIssuerCode: string, of: readonly SettlementRow[]) => ({
        method,
        cardIssuerCode,
        rows: of.length,
        amount: sum(of, (row) => row.amount),
        fee: sum(of, (row) => row.fees.reduce((total, { fee }) => total + fee, 0)),
        supplyAmount: sum(of, (row) => row.supplyAmount),
        vat: sum(of, (row) => row.vat),
        payOutAmount: sum(of, (row) => row.payOutAmount),
      });
      const sums = await ledgers.accounting(PAID_OUT);
      expect(sums).toEqual([
        totals("간편결제", "", [easy, back]),
        totals("카드", "11", [other]),
        totals("카드", "61", rows.slice(0, 3)),
      ]);
      expect(sums[0]).toMatchObject({ rows: 2, amount: 0, fee: 0, payOutAmount: 0 });
      expect(sums[2]?.amount).toBe(99_800);
    });

    test("accounting_addsUp_moreThan32Bits", async () => {
      await ledgers.upsertAccounting(times(5, () => someRow({ amount: 2_000_000_000, vat: 2_100_000_000 })));
      expect(await ledgers.accounting(PAID_OUT)).toMatchObject([
        { rows: 5, amount: 10_000_000_000, vat: 10_500_000_000 },
      ]);
    });

    test("rowsOf_bringsAllRowsOfThePayments_wheneverSoldAndPaidOut", async () => {
      const payment = someRow();
      const later = cancelOf(payment, 1_000, { soldDate: "2026-12-24", paidOutDate: "2026-12-30" });
      const other = someRow({ mId: "second" });
      await ledgers.upsertRows([payment, later, other, someRow()]);
      const found = await ledgers.rowsOf([since(other), since(payment), { paymentKey: "?", from: SOLD }]);
      expect(found).toEqual(byKey([payment, later, other]));
      expect(await ledgers.rowsOf([])).toEqual([]);
    });

    test("rowsOf_keepsToTheDay_eachPaymentItsOwn", async () => {
      const [a, b] = [someRow(), someRow()];
      const laterRows = [a, b].map((row) => cancelOf(row, 1_000, { soldDate: "2026-11-19" }));
      await ledgers.upsertRows([a, b, ...laterRows]);
      expect(await ledgers.rowsOf([since(a, SOLD), since(b, "2026-11-18")])).toEqual(
        byKey([a, ...laterRows]),
      );
      expect(await ledgers.rowsOf([since(a, "2026-11-20")])).toEqual([]);
    });

    test("orderSettlements_showWhereTheMoneyIs_paymentAndRefund", async () => {
      const payment = someRow();
      const refund = cancelOf(payment, 4_000, { soldDate: "2026-11-19", paidOutDate: OTHER_DAY });
      const strangers = someRow({ paymentKey: payment.paymentKey });
      await ledgers.upsertOrderSettlements([refund, strangers, payment]);
      const shown = ({
        orderId,
        paymentKey,
        transactionKey,
        amount,
        payOutAmount,
        soldDate,
        paidOutDate,
      }: SettlementRow) => ({
        ...{ orderId, paymentKey, transactionKey, amount, payOutAmount, soldDate, paidOutDate },
      });
      expect(await ledgers.orderSettlements(payment.orderId, [since(payment)])).toEqual([
        shown(payment),
        shown(refund),
      ]);
      expect(await ledgers.orderSettlements("unknown", [since(payment)])).toEqual([]);
      expect(await ledgers.orderSettlements(payment.orderId, [])).toEqual([]);
    });

    test("upsert_isThere_afterReopen", async () => {
      const rows = [someRow(), cancelOf(someRow(), 1_000)];
      await upsertAll(ledgers, ...rows);
      const before = await everything(rows);
      await ledgers.close();
      expect(await everything(rows, await world.open())).toEqual(before);
      expect(before.rows).toHaveLength(2);
    });

    test("upsert_losesNothing_twoWritersAtOnce", async () => {
      const other = await world.open();
      const shared = times(30, () => someRow());
      const [mine, theirs] = [times(30, () => someRow()), times(30, () => someRow())];
      await Promise.all([
        upsertAll(ledgers, ...shared, ...mine),
        upsertAll(other, ...theirs, ...shared),
        upsertAll(ledgers, ...shared.toReversed()),
      ]);
      const rows = [...shared, ...mine, ...theirs];
      expect(await rowsOn()).toEqual(byKey(rows));
      expect(await ledgers.accounting(PAID_OUT)).toMatchObject([{ rows: 90, amount: 90 * 12_000 }]);
      const found = await other.rowsOf(rows.map((row) => since(row)));
      expect(found).toHaveLength(90);
    });

    test("upsert_takesALargeBatch_1000Rows", async () => {
      const rows = times(1_000, () => someRow());
      await ledgers.upsertRows(rows);
      const { rows: stored, pages } = await allRows(ledgers, PAID_OUT, 400);
      expect(stored).toEqual(byKey(rows));
      expect(pages).toBe(3);
    });

    test("close_refusesWhatComesAfter_readAndWrite", async () => {
      await ledgers.close();
      for (const error of await Promise.all(
        [ledgers.upsertRows([someRow()]), ledgers.rows(PAID_OUT, { limit: 1 })].map(rejection),
      )) {
        expect(error).toBeInstanceOf(RetryableSettlementError);
        expect((error as RetryableSettlementError).code).toBe("STORE_UNAVAILABLE");
      }
    });
  },
);
