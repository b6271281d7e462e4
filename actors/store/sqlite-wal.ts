import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { endianness } from "node:os";
import { SYNC_EVERY } from "./sqlite-soon.ts";

/*
 * SQLite reads its write-ahead log up to the first frame that does not add up, and takes the rest for a commit that a
 * power cut tore. So a log that was damaged in its middle, or at its head, would quietly lose what was acknowledged.
 * The format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
 */

const HEADER = 32;
const FRAME_HEADER = 24;
const MAGIC = 0x377f0682;
/** Commits that a power cut may tear at once, of four connections: see `sqlite-soon.ts`. */
const UNSYNCED = 4 * SYNC_EVERY;
const LOOK_AGAIN_MS = 50;

/** What is wrong with the log beside a database, so that opening it would lose commits; undefined when all is well. */
export const damageOfWal = (path: string): string | undefined => {
  const first = look(path);
  if (!first) return undefined;
  // Another process may have written while it was read: then the next look finds something else.
  Bun.sleepSync(LOOK_AGAIN_MS);
  return look(path) === first ? first : undefined;
};

const look = (path: string): string | undefined => {
  let file: number;
  try {
    file = openSync(`${path}-wal`, "r");
  } catch {
    return undefined; // none, which is what a clean end leaves
  }
  try {
    return inspect(file, fstatSync(file).size);
  } finally {
    closeSync(file);
  }
};

const inspect = (file: number, size: number): string | undefined => {
  if (size < HEADER) return undefined;
  const header = read(file, HEADER, 0);
  const magic = header.view.getUint32(0);
  const littleEndian = magic === MAGIC;
  const sums = checksum([0, 0], header.words, 0, 6, littleEndian);
  const sound =
    (littleEndian || magic === MAGIC + 1) &&
    sums[0] === header.view.getUint32(24) &&
    sums[1] === header.view.getUint32(28);
  // A header lies in one sector, which a disk writes whole, and is synced before the first frame behind it.
  if (!sound) return size > HEADER ? "the head of its -wal is not that of a log" : undefined;

  const frameSize = FRAME_HEADER + header.view.getUint32(8);
  const [salt1, salt2] = [header.view.getUint32(16), header.view.getUint32(20)];
  let badAt: number | undefined;
  let commitsAfter = 0;
  for (let at = HEADER; at + frameSize <= size; at += frameSize) {
    const { view, words } = read(file, badAt ? FRAME_HEADER : frameSize, at);
    const current = view.getUint32(8) === salt1 && view.getUint32(12) === salt2;
    if (badAt) {
      if (current && view.getUint32(4) !== 0) commitsAfter += 1;
      continue;
    }
    checksum(sums, words, 0, 2, littleEndian);
    checksum(sums, words, FRAME_HEADER / 4, frameSize / 4, littleEndian);
    if (!current || sums[0] !== view.getUint32(16) || sums[1] !== view.getUint32(20)) badAt = at;
  }
  if (!badAt || commitsAfter <= UNSYNCED) return undefined;
  return `its -wal does not add up at byte ${badAt}, and ${commitsAfter} commits stand behind that`;
};

const read = (file: number, length: number, at: number) => {
  const bytes = new Uint8Array(length);
  readSync(file, bytes, 0, length, at);
  return { view: new DataView(bytes.buffer), words: new Uint32Array(bytes.buffer) };
};

const machineIsLittle = endianness() === "LE";

/** SQLite's running checksum over words `from` up to `to`, carried on in `sums`. */
const checksum = (
  sums: [number, number],
  words: Uint32Array,
  from: number,
  to: number,
  littleEndian: boolean,
): [number, number] => {
  const swap = littleEndian !== machineIsLittle;
  let [first, second] = sums;
  for (let index = from; index < to; index += 2) {
    first = (first + word(words[index] ?? 0, swap) + second) >>> 0;
    second = (second + word(words[index + 1] ?? 0, swap) + first) >>> 0;
  }
  sums[0] = first;
  sums[1] = second;
  return sums;
};

const word = (value: number, swap: boolean): number =>
  swap
    ? ((value >>> 24) | ((value >>> 8) & 0xff00) | ((value << 8) & 0xff0000) | (value << 24)) >>> 0
    : value;
