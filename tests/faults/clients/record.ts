import { closeSync, openSync, writeSync } from "node:fs";
import type { Answer, CommandOp, Op, ReadOp } from "./op.ts";

type NewOp =
  | Pick<CommandOp, "kind" | "client" | "orderId" | "path" | "commandId" | "key" | "body">
  | Pick<ReadOp, "kind" | "client" | "orderId" | "path">;

/** What the clients did and were told. Only ever appended to, in a file too, so that it outlives this process. */
export interface OpRecord {
  readonly ops: readonly Op[];
  /** Called right before a request leaves; the function returned, right after its answer came or it was given up. */
  begin(op: NewOp): (answer: Answer | null) => void;
  close(): void;
}

export const openRecord = (path: string): OpRecord => {
  const file = openSync(path, "a");
  const ops: Op[] = [];
  const write = (line: object) => writeSync(file, `${JSON.stringify(line)}\n`);
  return {
    ops,
    begin(given) {
      const n = ops.length + 1;
      const op = { ...given, n, invokedAt: performance.now(), returnedAt: null, answer: null } as Op;
      ops.push(op);
      write({ invoked: op });
      return (answer) => {
        const returnedAt = answer === null ? null : performance.now();
        ops[n - 1] = { ...op, answer, returnedAt };
        write({ returned: n, returnedAt, answer });
      };
    },
    close: () => closeSync(file),
  };
};
