import { expect, test } from "bun:test";
import fc from "fast-check";
import { linkOf, orderDigest, withLinks } from "../../actors/audit/chain.ts";
import { checkOrder, type OrderCheck, type SealedHead } from "../../actors/audit/verify/order.ts";
import type { HistoryEntry } from "../../actors/document.ts";
import { KEPT } from "../../actors/runtime/trim.ts";
import orderedV1 from "../fixtures/order-snapshot-v1-ordered.json";
import { lives, type Shelf, shelvesOf, throughJson } from "./lives.ts";
import { mutated, mutations } from "./mutations.ts";

const settings = {
  seed: Number(process.env.FC_SEED ?? 20_261_123),
  numRuns: Number(process.env.FC_RUNS ?? 60),
  includeErrorInReport: true,
};

const check = ({ document, archived }: Shelf, sealed: readonly SealedHead[] = []): OrderCheck =>
  checkOrder({ orderId: document.orderId, document }, archived, sealed);

const codes = (shelf: Shelf, sealed: readonly SealedHead[] = []): string[] =>
  check(shelf, sealed).findings.map(({ code }) => code);

const headOf = ({ document: { history } }: Shelf, n = 1): SealedHead => {
  const { seq = 0, chain = "" } = history.at(-1) ?? {};
  return { seq, chain, n };
};

const last = <T>(all: readonly T[]): T => {
  const found = all.at(-1);
  if (found === undefined) throw new Error("It has none.");
  return found;
};

test("check_findsNothing_everyWriteOfRandomLives", () => {
  let archivedLives = 0;
  fc.assert(
    fc.property(lives, (life) => {
      const shelves = shelvesOf(life);
      for (const shelf of shelves) expect(check(shelf).findings).toEqual([]);
      const { chained, unchained } = check(last(shelves));
      expect([chained, unchained]).toEqual([last(shelves).document.seq, 0]);
      if (last(shelves).archived.length > 0) archivedLives += 1;
    }),
    settings,
  );
  expect(archivedLives).toBeGreaterThan(settings.numRuns / 10);
}, 120_000);

test("check_finds_anyOneThingChangedInHistoryArchiveOrSnapshot", () => {
  let changed = 0;
  fc.assert(
    fc.property(lives, fc.array(mutations, { minLength: 20, maxLength: 20 }), (life, several) => {
      const { document, archived } = last(shelvesOf(life));
      const { history, snapshot, ...rest } = document;
      const archive = archived.map(({ entry }) => entry as HistoryEntry);
      for (const mutation of several) {
        const other = mutated({ history, snapshot, archive }, mutation);
        if (!other?.history || !other.archive) continue;
        const shelf = {
          document: { ...rest, history: other.history, snapshot: other.snapshot },
          archived: other.archive.map((entry) => ({ seq: entry?.seq, entry })),
        };
        // What is in the archive and in the document too may leave the archive again: the document has it.
        if (Bun.deepEquals(shelf.document, document) && isTrimmedCopy(archive, other.archive, history))
          continue;
        changed += 1;
        const whole = check(shelf).findings.length === 0;
        if (whole) throw new Error(`Not found: ${JSON.stringify(mutation)} of ${JSON.stringify(document)}`);
      }
    }),
    settings,
  );
  expect(changed).toBeGreaterThan(settings.numRuns * 10);
}, 240_000);

/** Only entries that the document has as well are missing or there twice. */
const isTrimmedCopy = (
  before: readonly HistoryEntry[],
  after: readonly HistoryEntry[],
  history: readonly HistoryEntry[],
): boolean => {
  const first = history[0]?.seq ?? 0;
  const needed = (all: readonly HistoryEntry[]) => all.filter((entry) => (entry?.seq ?? 0) < first);
  const known = (entry: HistoryEntry) => before.some((one) => Bun.deepEquals(one, entry));
  return Bun.deepEquals(needed(before), needed(after)) && after.every(known);
};

test("check_finds_orderPutBackToAnEarlierWrite_ifThatWriteWasSealed", () => {
  fc.assert(
    fc.property(lives, fc.nat(), (life, number) => {
      const shelves = shelvesOf(life);
      const now = last(shelves);
      const earlier = shelves[number % shelves.length] ?? now;
      if (earlier.document.seq === now.document.seq) return;
      expect(check(earlier).findings).toEqual([]);
      expect(codes(earlier, [headOf(now)])).toEqual(["SEALED_HEAD_NOT_FOUND"]);
      expect(codes(now, [headOf(earlier, 1), headOf(now, 2)])).toEqual([]);
    }),
    settings,
  );
}, 120_000);

test("check_findsByTheSeal_historyWrittenAnewWithAllItsLinks", () => {
  fc.assert(
    fc.property(lives, fc.nat(), (life, number) => {
      const { document, archived } = last(shelvesOf({ ...life, notices: 0 }));
      const index = number % document.history.length;
      const history = document.history.map((entry, at) =>
        at === index ? { ...entry, commandId: `${entry.commandId}x` } : entry,
      );
      const replies = document.replies.filter(({ reply }) => !reply.ok);
      const bare = history.map(({ chain: _, ...entry }) => entry);
      let before = "";
      const forged = bare.map((entry) => {
        before = linkOf(document.orderId, before, entry);
        return { ...entry, chain: before };
      });
      const shelf = { document: { ...document, history: forged, replies }, archived };
      if (document.history[0]?.seq !== 1) return;
      expect(check(shelf).findings).toEqual([]);
      expect(codes(shelf, [headOf({ document, archived })])).toEqual(["SEALED_HEAD_NOT_FOUND"]);
    }),
    settings,
  );
}, 120_000);

/** An order as an earlier release left it: no links, an older shape of the snapshot. */
const older = (): Shelf => {
  const life = {
    orderId: "order-of-test",
    basket: { tea: [3, 1_000] },
    steps: [],
    batch: 1,
    notices: 0,
  } as const;
  const { document } = last(shelvesOf(life));
  const history = document.history.map(({ chain: _chain, order: _order, ...entry }) => entry);
  return throughJson({
    document: {
      ...document,
      history,
      snapshot: orderedV1 as never,
      placedAt: orderedV1.context.placedAt,
      customerId: orderedV1.context.customer.id,
    },
    archived: [],
  });
};

test("check_countsAndFindsNothing_orderOfAnEarlierRelease", () => {
  const { findings, chained, unchained, unsealedSince } = check(older());
  expect(findings).toEqual([]);
  expect([chained, unchained, unsealedSince]).toEqual([0, 1, undefined]);
});

test("withLinks_beginsAChain_afterEntriesOfAnEarlierRelease", () => {
  const { document } = older();
  const first = document.history[0] as HistoryEntry;
  const second: HistoryEntry = { ...first, seq: 2, type: "payment.noticed", from: "ordered", data: {} };
  const snapshot = document.snapshot as NonNullable<typeof document.snapshot>;
  const history = withLinks(document.orderId, [first, second], 1, snapshot);
  expect(history[0]).toEqual(first);
  expect(history[1]).toEqual({ ...second, order: orderDigest(snapshot), chain: expect.any(String) });
  const shelf = { document: { ...document, history, seq: 2, replies: [] }, archived: [] };
  expect(check(shelf).findings).toEqual([]);
  const stopped = {
    ...shelf,
    document: { ...shelf.document, seq: 3, history: [...history, { ...second, seq: 3 }] },
  };
  expect(codes(stopped)).toEqual(["CHAIN_STOPPED"]);
});

test("check_saysOrderSeqExpectedFoundAndRemedy_aChangedEntry", () => {
  const shelf = older();
  const chained = withLinks(
    shelf.document.orderId,
    shelf.document.history,
    0,
    shelf.document.snapshot as never,
  );
  const forged = chained.map((entry) => ({ ...entry, actor: { role: "operator", id: "mallory" } as const }));
  const [finding] = check({ ...shelf, document: { ...shelf.document, history: forged } }).findings;
  expect(finding).toEqual({
    code: "CHAIN_BROKEN",
    orderId: "order-of-test",
    seq: 1,
    expected: expect.stringMatching(/^[\w-]{22}$/),
    found: chained[0]?.chain ?? "",
    remedy: expect.stringContaining("backup"),
  });
});

test("check_isUnsealedSinceTheNewestEntry_noSealHasIt", () => {
  const shelves = shelvesOf({
    orderId: "o-unsealed",
    basket: { tea: [1, 1_000] },
    steps: [],
    batch: 1,
    notices: 0,
  });
  const shelf = last(shelves);
  expect(check(shelf).unsealedSince).toBe(shelf.document.history.at(-1)?.at as string);
  expect(check(shelf, [headOf(shelf)]).unsealedSince).toBeUndefined();
});

test("archive_isChecked_evenOfEntriesThatTheDocumentHas", () => {
  const long = fc.sample(lives, { numRuns: 40, seed: 1 }).map((life) => shelvesOf({ ...life, notices: 180 }));
  const shelf = long.map((shelves) => last(shelves)).find(({ archived }) => archived.length > 0);
  if (!shelf) throw new Error("No life was long enough.");
  expect(shelf.document.history.length).toBeGreaterThanOrEqual(KEPT);
  const copied = shelf.document.history[0] as HistoryEntry;
  const withCopy = (entry: HistoryEntry) => ({
    ...shelf,
    archived: [...shelf.archived, { seq: entry.seq, entry }],
  });
  expect(codes(withCopy(copied))).toEqual([]);
  expect(codes(withCopy({ ...copied, at: "2020-01-01T00:00:00.000Z" }))).toEqual(["ARCHIVE_DIFFERS"]);
  expect(codes(withCopy({ ...copied, seq: shelf.document.seq + 1 }))).toEqual(["ARCHIVE_DIFFERS"]);
});
