import type { Socket } from "bun";

/** A line to a server that a test can break. */
export interface Proxy {
  readonly url: string;
  /** From now on nothing that the server says gets through; what it is told does. */
  mute(): void;
  /** Drops all connections; new ones are whole again. */
  cut(): void;
  close(): void;
}

interface Ends {
  client?: Socket<Ends>;
  server?: Socket<Ends>;
  /** What the client said before the server's side stood. */
  readonly early: Uint8Array[];
}

/** Listens on a free port of loopback and passes on what comes to `target`, byte for byte. */
export const startProxy = async (target: string): Promise<Proxy> => {
  const { hostname, port } = new URL(target);
  const open = new Set<Ends>();
  let muted = false;

  const drop = (ends: Ends) => {
    open.delete(ends);
    ends.client?.end();
    ends.server?.end();
  };

  const listener = Bun.listen<Ends>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      async open(client) {
        const ends: Ends = { client, early: [] };
        client.data = ends;
        open.add(ends);
        await Bun.connect<Ends>({
          hostname,
          port: Number(port),
          data: ends,
          socket: {
            open(server) {
              ends.server = server;
              for (const chunk of ends.early.splice(0)) server.write(chunk);
            },
            data(_, chunk) {
              if (!muted) ends.client?.write(chunk);
            },
            close: () => drop(ends),
          },
        }).catch(() => drop(ends));
      },
      data({ data: ends }, chunk) {
        if (ends.server) ends.server.write(chunk);
        else ends.early.push(chunk);
      },
      close: ({ data: ends }) => drop(ends),
    },
  });

  const cut = () => {
    for (const ends of [...open]) drop(ends);
    muted = false;
  };
  return {
    url: `nats://127.0.0.1:${listener.port}`,
    mute() {
      muted = true;
    },
    cut,
    close() {
      cut();
      listener.stop(true);
    },
  };
};
