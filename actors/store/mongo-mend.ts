import { createRequire } from "node:module";
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

/** The part of the driver's connection that this is about. */
interface Connection {
  /** Why it is closed, once it is. */
  readonly error: Error | null;
  once(event: "close", listener: () => void): void;
  off(event: "close", listener: () => void): void;
}

const Methods = Type.Object({ writeCommand: Type.Function([], Type.Promise(Type.Void())) });
type Write = (this: Connection, ...command: unknown[]) => Promise<void>;

let isMended = false;

/**
 * Mends a wait of mongodb 7.9.0 that has no end on Bun. A write that the socket does not take at once waits for
 * `drain`, or for an error. When a server dies (kill -9), Bun closes the socket with neither: the command never
 * settles, no timeout ends it, since the connection is closed, and where it was the monitor's own command the client
 * never finds the server again, however long that is back. Here a write ends with its connection, and with its error.
 * Nothing is done to a driver that is built otherwise.
 */
export const mendMongodbWrites = (): void => {
  if (isMended) return;
  isMended = true;
  const { Connection } = createRequire(import.meta.url)("mongodb/lib/cmap/connection.js") as Record<
    string,
    unknown
  >;
  const methods: unknown = typeof Connection === "function" ? Connection.prototype : undefined;
  if (!Value.Check(Methods, methods)) return;
  const write = methods.writeCommand as unknown as Write;
  const mended: Write = async function (...command) {
    const closed = Promise.withResolvers<never>();
    const onClose = () => closed.reject(this.error);
    this.once("close", onClose);
    try {
      await Promise.race([write.apply(this, command), closed.promise]);
    } finally {
      this.off("close", onClose);
    }
  };
  Object.assign(methods, { writeCommand: mended });
};
