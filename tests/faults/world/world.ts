import type { OrderStore } from "../../../actors/ports.ts";
import type { TossMock } from "../../toss/mod.ts";
import type { Settling } from "../settling/settling.ts";
import type { Line } from "./line.ts";
import type { Member } from "./member.ts";
import type { Target } from "./target.ts";

/** One shop with all that it stands on, where everything but the provider can be broken. */
export interface World {
  readonly name: string;
  /** Logs, the clients' record and the embedded data. */
  readonly folder: string;
  /** The provider: never killed, its ledger is evidence. */
  readonly mock: TossMock;
  /** Where clients reach the gateway; through a line. */
  readonly url: string;
  /** Our own processes of the shop. */
  readonly shop: readonly Member[];
  /** NATS, FerretDB, PostgreSQL, Kafka. */
  readonly servers: readonly Target[];
  readonly lines: readonly Line[];
  /** JetStream as it is, past the lines; undefined without NATS. */
  readonly nats?: { readonly url: string; readonly prefix: string };
  readonly settling?: Settling;
  /** What must not be and was seen. */
  readonly troubles: string[];
  /**
   * A runtime that believes to be alone, and works on every partition beside their owners, until it is started again.
   */
  readonly usurper?: { readonly target: Member; usurp(): Promise<void>; abdicate(): Promise<void> };
  /** Settings that lead past the lines. */
  readonly direct: Readonly<Record<string, string>>;
  /** The orders, past lines and processes. The embedded ones only while no process of the shop runs. */
  openStore(): Promise<OrderStore>;
  close(): Promise<void>;
}
