/** What a client was answered. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

interface Asked {
  /** 1, 2, 3… in the order of their invocation. */
  readonly n: number;
  readonly client: number;
  /** Known before the request is sent, since it is derived: a placing without an answer has one too. */
  readonly orderId: string;
  readonly path: string;
  /** ms on one monotonic clock that all clients share. */
  readonly invokedAt: number;
  /** Null while there is none, and for good if none ever came. */
  readonly returnedAt: number | null;
  readonly answer: Answer | null;
}

/** A POST. Several of one `commandId` are the same command asked again. */
export interface CommandOp extends Asked {
  readonly kind: "command";
  readonly commandId: string;
  readonly key: string;
  readonly body: object;
}

export interface ReadOp extends Asked {
  readonly kind: "order" | "history";
}

export type Op = CommandOp | ReadOp;
