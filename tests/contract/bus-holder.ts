/**
 * A worker process that takes commands and never settles them, for a test to kill: prints the id of each.
 * Arguments: the server's URL, the prefix of its streams, the ack wait in ms.
 */
import { createNatsBus } from "../../actors/bus.nats.ts";
import { consumeAll } from "./bus-fixtures.ts";

const [url = "", prefix = "", ackWaitMs = ""] = process.argv.slice(2);
const bus = await createNatsBus({ urls: [url], prefix, ackWaitMs: Number(ackWaitMs) });
await consumeAll(bus, ({ command }) => console.log(command.id));
console.log("ready");
