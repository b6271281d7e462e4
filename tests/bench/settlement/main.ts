/** The benches of settlement: `bun run bench:settlement`. */
import { runBench } from "../runner.ts";
import { settingOptions, settingsOf } from "./settings.ts";

await runBench({
  name: "settlement",
  about:
    "Benches of settlement: each figure next to a floor measured in the same run, on a real Kafka. Takes about 6 minutes.",
  folder: import.meta.dir,
  sections: [
    { name: "bytes", about: "a row as Avro next to JSON" },
    {
      name: "poll-kafka",
      about: "the poller into Kafka against Kafka's own producer test",
      needs: { kafka: true },
    },
    {
      name: "loader",
      about: "Kafka into a ledger that is full already, against an empty one",
      needs: { kafka: true },
    },
    {
      name: "loader-mongo",
      about: "the same on MongoDB's protocol: the last part of a day against its first",
      needs: { kafka: true, mongodb: true },
    },
    { name: "memory", about: "resident memory of a poller over many rows", needs: { kafka: true } },
  ],
  flags: {
    options: settingOptions,
    help: [
      "--rows <number>    rows that the poller produces in a round; 200,000 when absent",
      "--full             1,000,000 of them; 5 million in the ledger and through the poller's memory, 50,000 in FerretDB",
    ],
    check: (args) => void settingsOf(args),
  },
  // With --full, 5 million rows go through the slowest of them twice.
  sectionMs: 30 * 60_000,
});
