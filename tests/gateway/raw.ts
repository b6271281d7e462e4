/** A connection to a server over which anything can be said, whether HTTP allows it or not. */
export interface RawExchange {
  /** What the server said so far. */
  readonly text: string;
  /** Resolves to all that it said once it has said `enough`, or has closed. Rejects when it does neither. */
  until(enough: (text: string) => boolean): Promise<string>;
  /** Resolves to all that it said once it has closed. */
  readonly closed: Promise<string>;
  send(text: string): void;
  leave(): void;
}

const PATIENCE_MS = 20_000;

/** Connects and says `text`, each character a byte. */
export const rawExchange = async (url: string, text: string): Promise<RawExchange> => {
  const { hostname, port } = new URL(url);
  let heard = "";
  let over = false;
  const closed = Promise.withResolvers<string>();
  const listeners = new Set<() => void>();
  const end = () => {
    over = true;
    closed.resolve(heard);
    for (const listener of listeners) listener();
  };
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data(_, bytes) {
        heard += bytes.toString("latin1");
        for (const listener of listeners) listener();
      },
      close: end,
      error: end,
    },
  });
  const send = (more: string) => void socket.write(Buffer.from(more, "latin1"));
  send(text);
  return {
    get text() {
      return heard;
    },
    closed: closed.promise,
    until: (enough) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`nothing more came: ${heard}`)), PATIENCE_MS);
        const look = () => {
          if (!over && !enough(heard)) return;
          clearTimeout(timer);
          listeners.delete(look);
          resolve(heard);
        };
        listeners.add(look);
        look();
      }),
    send,
    leave: () => socket.terminate(),
  };
};

/** The status of each answer, in order. */
export const statusesIn = (text: string): number[] =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map((match) => Number(match[1]));
