import type { Socket } from "bun";

/** Requests that come by the clock, whether or not the last ones are answered. */
export interface OpenLoad {
  /** Where the server listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Arrivals a second, and for how long. */
  readonly rate: number;
  readonly seconds: number;
  /** Most connections; each has one request at a time. What arrives while all are taken waits, and its wait counts. */
  readonly connections: number;
  /** The whole HTTP request of the n-th arrival. */
  request(n: number): string;
  /** Told of each answer. */
  onAnswer?(n: number, status: number, answer: string): void;
  /** How long answers are waited for after the last arrival. ms, default 10,000 */
  readonly lateMs?: number;
}

export interface OpenRun {
  readonly arrivals: number;
  readonly seconds: number;
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Arrivals whose connection broke, and that had no answer when the wait for them was over. */
  readonly broken: number;
  readonly unanswered: number;
  /** From arrival to answer, of those answered 2xx. ms, sorted */
  readonly accepted: Float64Array;
  /** The same of 429 and 503. */
  readonly refused: Float64Array;
  /** The most that waited for a connection at once: a generator that can't keep up shows here. */
  readonly backlog: number;
}

interface Connection {
  socket: Socket<Connection>;
  n: number;
  arrivedAt: number;
  text: string;
}

/** Arrivals due are sent this often. ms */
const TICK_MS = 1;

/**
 * Offers load to a server by an arrival clock. A latency runs from when the request was due, not from when it could be
 * sent, so a server that stalls is charged for all who came meanwhile (no coordinated omission).
 */
export const offer = async (load: OpenLoad): Promise<OpenRun> => {
  const { hostname, port } = new URL(load.url);
  const arrivals = Math.round(load.rate * load.seconds);
  const statuses = new Map<number, number>();
  const accepted: number[] = [];
  const refused: number[] = [];
  const idle: Connection[] = [];
  const waiting: { n: number; arrivedAt: number }[] = [];
  const open = new Set<Connection>();
  let next = 0;
  let opening = 0;
  let settled = 0;
  let broken = 0;
  let backlog = 0;
  const { promise: over, resolve: end } = Promise.withResolvers<void>();

  const settle = () => {
    settled += 1;
    if (settled === arrivals) end();
  };

  const send = (connection: Connection, n: number, arrivedAt: number) => {
    connection.n = n;
    connection.arrivedAt = arrivedAt;
    connection.text = "";
    connection.socket.write(load.request(n));
  };

  const free = (connection: Connection) => {
    connection.n = -1;
    const first = waiting.shift();
    if (first) send(connection, first.n, first.arrivedAt);
    else idle.push(connection);
  };

  const answered = (connection: Connection, closes: boolean) => {
    const { n, arrivedAt, text, socket } = connection;
    const status = Number(text.slice(9, 12));
    const ms = performance.now() - arrivedAt;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status < 300) accepted.push(ms);
    else if (status === 429 || status === 503) refused.push(ms);
    load.onAnswer?.(n, status, text);
    if (closes) {
      connection.n = -1;
      socket.end();
    } else free(connection);
    settle();
  };

  const gone = (connection: Connection) => {
    if (!open.delete(connection)) return;
    const at = idle.indexOf(connection);
    if (at >= 0) idle.splice(at, 1);
    if (connection.n < 0) return;
    broken += 1;
    settle();
  };

  const connect = async (): Promise<void> => {
    opening += 1;
    try {
      await Bun.connect<Connection>({
        hostname,
        port: Number(port),
        socket: {
          open(socket) {
            const connection = { socket, n: -1, arrivedAt: 0, text: "" };
            socket.data = connection;
            open.add(connection);
            opening -= 1;
            free(connection);
          },
          data({ data: connection }, bytes) {
            connection.text += bytes.toString("latin1");
            const { text } = connection;
            const body = text.indexOf("\r\n\r\n") + 4;
            if (body < 4) return;
            const length = /\r\ncontent-length: (\d+)/i.exec(text);
            if (!length || text.length < body + Number(length[1])) return;
            answered(connection, text.slice(0, body).toLowerCase().includes("\r\nconnection: close"));
          },
          close: ({ data }) => data && gone(data),
          error: ({ data }) => data && gone(data),
        },
      });
    } catch {
      opening -= 1;
      // Nobody listens: whoever waits for this connection has no answer.
      if (waiting.shift()) {
        broken += 1;
        settle();
      }
    }
  };

  const began = performance.now();
  const arrive = () => {
    const due = Math.min(arrivals, Math.floor(((performance.now() - began) / 1_000) * load.rate));
    for (; next < due; next += 1) {
      const arrivedAt = began + (next * 1_000) / load.rate;
      const connection = idle.pop();
      if (connection) send(connection, next, arrivedAt);
      else waiting.push({ n: next, arrivedAt });
    }
    backlog = Math.max(backlog, waiting.length);
    for (let i = opening; i < waiting.length && open.size + opening < load.connections; i += 1)
      void connect();
    if (next === arrivals) {
      clearInterval(clock);
      setTimeout(end, load.lateMs ?? 10_000);
    }
  };
  const clock = setInterval(arrive, TICK_MS);
  await over;
  clearInterval(clock);
  const left = [...open];
  open.clear();
  for (const { socket } of left) socket.terminate();
  return {
    arrivals,
    seconds: load.seconds,
    statuses,
    broken,
    unanswered: arrivals - settled,
    accepted: Float64Array.from(accepted).sort(),
    refused: Float64Array.from(refused).sort(),
    backlog,
  };
};

/** Answers 2xx. */
export const acceptedOf = ({ accepted }: OpenRun): number => accepted.length;
