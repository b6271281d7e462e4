import { join } from "node:path";
import type { LogRecord, StoredRecord } from "../../settlement/ports.ts";
import type { LogPlace } from "./log-adapters.ts";

export const recordOf = (key: string, text: string): LogRecord => ({
  key,
  value: new TextEncoder().encode(text),
});

/** `count` records of as many keys: key-0, key-1, … */
export const someRecords = (count: number): LogRecord[] =>
  Array.from({ length: count }, (_, index) => recordOf(`key-${index}`, `value-${index}`));

export const textOf = ({ value }: Pick<StoredRecord, "value">): string => new TextDecoder().decode(value);

export const keysOf = (records: readonly { readonly key: string }[]): string[] =>
  records.map(({ key }) => key).sort();

/** A handler that takes everything, and what it took. */
export const collector = () => {
  const records: StoredRecord[] = [];
  const batches: (readonly StoredRecord[])[] = [];
  return {
    records,
    batches,
    async handle(batch: readonly StoredRecord[]) {
      batches.push(batch);
      records.push(...batch);
    },
  };
};

/** What a promise rejects with. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => {
      throw new Error("nothing was thrown");
    },
    (error: unknown) => error,
  );

export interface Holder {
  /** The next line that the process prints. */
  line(): Promise<string>;
  /** As a power cut would end it. */
  kill(): Promise<void>;
}

/** Starts another process on the same log; see log-holder.ts. */
export const startHolder = (
  does: "produce" | "produceForEver" | "hold",
  options: { readonly place: LogPlace; readonly topic: string; readonly group: string },
): Holder => {
  const script = join(import.meta.dir, "log-holder.ts");
  const child = Bun.spawn([process.execPath, script, does, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async line() {
      while (!text.includes("\n")) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`the process ended after ${JSON.stringify(text)}`);
        text += value;
      }
      const end = text.indexOf("\n");
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      return line;
    },
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
};
