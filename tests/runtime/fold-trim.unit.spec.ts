import { expect, test } from "bun:test";
import fc from "fast-check";
import type { Command, StoredReply } from "../../actors/command.ts";
import type { HistoryEntry } from "../../actors/document.ts";
import type { LiveOrder } from "../../actors/runtime/fold.ts";
import { KEPT, type Trimmed, trim } from "../../actors/runtime/trim.ts";
import { command, fold, notice, ordered, paid, told } from "./fold-builders.ts";

const refused = (key: string) => command(key, "order.expire", {});

/** Folds one batch and trims it, as a commit does. */
const write = (before: LiveOrder, keys: readonly string[], publishedSeq = Number.MAX_SAFE_INTEGER) => {
  const { live } = fold(
    before,
    keys.map((key) => notice(key)),
    { publishedSeq: () => Math.min(publishedSeq, before.document.seq) },
  );
  return { live, ...trim(live.document, before.document) };
};

const keysFrom = (start: number, count: number) => Array.from({ length: count }, (_, i) => `n${start + i}`);

test("trim_keepsEverything_shortHistory", () => {
  const before = paid();
  const { document, archive, live } = write(before, keysFrom(0, 40));
  expect(archive).toBeUndefined();
  expect(document).toBe(live.document);
});

test("trim_keepsTheNewest50OfWhatIsStored_longHistory", () => {
  const long = fold(
    paid(),
    keysFrom(0, 97).map((key) => notice(key)),
  ).live;
  const { document, archive } = write(long, ["last"]);
  expect(archive?.history.map(({ seq }) => seq)).toEqual(Array.from({ length: KEPT }, (_, i) => i + 1));
  expect(archive?.replies).toHaveLength(KEPT);
  expect(document.history).toHaveLength(KEPT + 1); // and the one that this write brings
  expect(document.archivedReplies).toBe(KEPT);
});

test("trim_keepsWhatThisWriteBrings_howeverMuch", () => {
  const before = paid();
  const { archive, document } = write(before, keysFrom(0, 300));
  expect(archive).toBeUndefined();
  expect(document.history).toHaveLength(303);
});

test("trim_keepsEventsNotYetOut_howeverOld", () => {
  const long = fold(
    paid(),
    keysFrom(0, 97).map((key) => notice(key)),
    { publishedSeq: () => 10 },
  ).live;
  const { archive, document } = write(long, ["last"], 10);
  expect(archive?.history.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
  expect(document.history[0]?.seq).toBe(11);
});

test("trim_countsRefusedCommandsToo_historyIsShort", () => {
  const many = fold(
    ordered(),
    keysFrom(0, 99).map((key) => refused(key)),
  ).live;
  expect(new Set(told(fold(ordered(), [refused("x")])))).toEqual(new Set(["TIMER_NOT_DUE"]));
  const { document, archive } = trim(fold(many, [refused("last")]).live.document, many.document);
  expect(archive).toMatchObject({ history: [] });
  expect(archive?.replies).toHaveLength(50);
  expect(document.replies).toHaveLength(51);
});

interface Batch {
  readonly accepted: number;
  readonly refused: number;
  /** Commands given before, given again. */
  readonly repeated: number;
  /** How far publishing is behind. */
  readonly behind: number;
  /** Another writer was first: what was archived stays so, the rest is folded again. */
  readonly lost: boolean;
}

const batches: fc.Arbitrary<Batch[]> = fc.array(
  fc.record({
    accepted: fc.nat(60),
    refused: fc.nat(30),
    repeated: fc.nat(3),
    behind: fc.oneof(fc.constant(0), fc.nat(100)),
    lost: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

/** An order and its archive, written batch by batch. */
const createShelf = () => {
  const history = new Map<number, HistoryEntry>();
  const replies = new Map<string, StoredReply>();
  const given: string[] = [];
  let live = paid();
  let nos = 0;

  /** A second insert of the same entry must be the same insert. */
  const archive = (entry: Trimmed["archive"]) => {
    for (const one of entry?.history ?? []) {
      expect(history.get(one.seq) ?? one).toEqual(one);
      history.set(one.seq, one);
    }
    for (const one of entry?.replies ?? []) {
      expect(replies.get(one.id) ?? one).toEqual(one);
      replies.set(one.id, one);
    }
  };

  const commit = (before: LiveOrder, commands: readonly Command[], behind: number) => {
    const publishedSeq = () => Math.max(0, before.document.seq - behind);
    const folded = fold(before, commands, { publishedSeq, archivedReplies: replies });
    const trimmed = trim(folded.live.document, before.document);
    if (!folded.changed) return { folded, live: folded.live };
    archive(trimmed.archive);
    return { folded, live: { ...folded.live, document: trimmed.document } };
  };

  return {
    history,
    replies,
    given,
    get document() {
      return live.document;
    },
    write({ accepted, refused: refusals, repeated, behind, lost }: Batch) {
      const again = given.slice(0, repeated).map((key) => notice(key));
      const keys = keysFrom(given.length, accepted);
      given.push(...keys);
      const no = Array.from({ length: refusals }, () => refused(`no${nos++}`));
      const commands = [...keys.map((key) => notice(key)), ...no, ...again];
      const before = live;
      if (lost) commit(before, commands, behind);
      const { folded, live: after } = commit(before, commands, behind);
      live = after;
      const words = told(folded);
      return words.slice(words.length - again.length);
    },
    get commands() {
      return 3 + given.length + nos;
    },
  };
};

test("trim_losesNothing_archiveAndDocumentTogetherAreTheWholePast", () => {
  fc.assert(
    fc.property(batches, (sequence) => {
      const shelf = createShelf();
      for (const one of sequence) {
        const repeated = shelf.write(one);
        expect(repeated.filter((word) => word !== "payment.noticed")).toEqual([]);

        const { document, history, replies, commands } = shelf;
        const seqs = new Set([...history.keys(), ...document.history.map(({ seq }) => seq)]);
        expect(seqs.size).toBe(document.seq);
        const ids = new Set([...replies.keys(), ...document.replies.map(({ id }) => id)]);
        expect(ids.size).toBe(commands);
        expect(document.archivedReplies).toBe(replies.size);
        expect(document.history.length).toBeGreaterThanOrEqual(Math.min(KEPT, document.seq));
        expect(document.history.at(-1)?.seq).toBe(document.seq);
      }
    }),
    { seed: Number(process.env.FC_SEED ?? 20_261_123), numRuns: 60, includeErrorInReport: true },
  );
}, 60_000);
