import { connect, createServer, type Server, type Socket } from "node:net";

/** A TCP connection's way on loopback that can be broken: whoever uses `port` reaches what listens at the target. */
export interface Line {
  readonly name: string;
  readonly port: number;
  /** Drops all connections, in the middle of whatever they carry. */
  cut(): void;
  /** Until `mend`, new connections are dropped at once. */
  block(): void;
  /**
   * Until `mend`, what the other side says does not get through; what it is told does. The worst kind: work is done
   * and nobody hears.
   */
  mute(): void;
  mend(): void;
  close(): Promise<void>;
}

export interface LineOptions {
  readonly name: string;
  /** Where the other end listens, or will. */
  readonly target: number;
}

/** Listens on loopback, and passes on what comes, byte for byte. */
export const openLine = async ({ name, target }: LineOptions): Promise<Line> => {
  const open = new Set<Socket>();
  /** Those of them that lead to the target, which is heard through them. */
  const answering = new Set<Socket>();
  let blocked = false;
  let muted = false;

  const join = (near: Socket) => {
    if (blocked) return near.destroy();
    const far = connect({ host: "127.0.0.1", port: target });
    const end = () => {
      for (const socket of [near, far]) {
        open.delete(socket);
        answering.delete(socket);
        socket.destroy();
      }
    };
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on("error", end).on("close", end);
    }
    answering.add(far);
    near.pipe(far);
    if (muted) far.resume();
    else far.pipe(near);
  };
  const server = createServer(join);
  const cut = () => {
    for (const socket of [...open]) socket.destroy();
  };
  await listening(server);
  const address = server.address();
  return {
    name,
    port: typeof address === "object" && address ? address.port : 0,
    cut,
    block() {
      blocked = true;
      cut();
    },
    mute() {
      muted = true;
      for (const far of answering) far.unpipe().resume();
    },
    mend() {
      // What was unpiped has lost bytes: only new connections are whole.
      if (muted) cut();
      blocked = false;
      muted = false;
    },
    close() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};

const listening = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port: 0 }, resolve);
  });
