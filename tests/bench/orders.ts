/** The benches of orders: `bun run bench:orders`. */
import { runBench } from "./runner.ts";

await runBench({
  name: "orders",
  about: "Benches of orders: each figure next to a floor measured in the same run. Takes about 3 minutes.",
  folder: import.meta.dir,
  sections: [
    { name: "embedded", about: "the embedded runtime against bare SQLite" },
    { name: "http", about: "orders placed over HTTP with wrk, embedded" },
    { name: "nats-instant", about: "real NATS with a store in memory", needs: { nats: true } },
    { name: "nats-mongo", about: "NATS and MongoDB's protocol", needs: { nats: true, mongodb: true } },
    { name: "memory", about: "resident memory over 200,000 commands" },
    { name: "history", about: "one more command on orders with a long history" },
    { name: "coldstart", about: "from nothing to ready" },
  ],
  sectionMs: 180_000,
});
