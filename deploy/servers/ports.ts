import { createServer } from "node:net";
import { ServersError } from "./errors.ts";

export const LOOPBACK = "127.0.0.1";

/**
 * Below the ephemeral range of Linux (32768 and up) and macOS (49152 and up), on purpose. From within that range a
 * client that keeps reconnecting to a killed server may be given the server's own port as its source port, connect
 * to itself, and hold the port that the restarted server needs. It also leaves the servers' usual ports free.
 */
const RANGE = { first: 20_000, size: 6_000 } as const;
const ATTEMPTS = 100;

/** Handed out before: two servers that start side by side bind only later. */
const handedOut = new Set<number>();

/** A loopback port that nothing listens on. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = RANGE.first + Math.floor(Math.random() * RANGE.size);
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    if (await isFree(port)) return port;
  }
  throw new ServersError("PORT_TAKEN", {
    message:
      `No free port was found in ${RANGE.first}-${RANGE.first + RANGE.size - 1} on ${LOOPBACK}. ` +
      "Nothing was started. Stop what listens there, or name the ports.",
  });
}

/**
 * @param wanted a port that the caller insists on, or undefined for any free one
 * @throws ServersError PORT_TAKEN
 */
export async function choosePort(server: string, wanted: number | undefined): Promise<number> {
  if (wanted === undefined) return freePort();
  if (await isFree(wanted)) return wanted;
  throw new ServersError("PORT_TAKEN", {
    message:
      `Port ${wanted} on ${LOOPBACK} is in use, so ${server} was not started. ` +
      "Stop what listens there, or choose another port.",
  });
}

/** Resolves when something listens there. All that is asked of a server with TLS, whose certificate may be a bad one. */
export async function probePort(port: number): Promise<void> {
  const socket = await Bun.connect({ hostname: LOOPBACK, port, socket: { data() {} } });
  socket.end();
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once("error", () => resolve(false));
  server.listen({ host: LOOPBACK, port, exclusive: true }, () => server.close(() => resolve(true)));
  return promise;
}
