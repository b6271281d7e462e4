/**
 * A process for a test to kill. `produce`: produces ten records, prints `produced`, and goes on living. `hold`: takes
 * a batch, prints its keys as if it had written them to a ledger, and never comes to the end of it. `produceForEver`:
 * produces pages of as many records as `group` says, whose value is the page's number, and prints that after each.
 * Arguments: which of the three, and JSON with place, topic and group.
 */
import { type LogPlace, openLog } from "./log-adapters.ts";
import { recordOf, someRecords } from "./log-fixtures.ts";

const [does, options = "{}"] = process.argv.slice(2);
const { place, topic, group } = JSON.parse(options) as { place: LogPlace; topic: string; group: string };
const log = await openLog(place);

if (does === "produce") {
  await log.produce(topic, someRecords(10));
  console.log("produced");
} else if (does === "produceForEver") {
  for (let page = 1; ; page++) {
    await log.produce(
      topic,
      Array.from({ length: Number(group) }, (_, index) => recordOf(`key-${index}`, `${page}`)),
    );
    console.log(page);
  }
} else {
  await log.consume({ topic, group, maxBatch: 100 }, async (records) => {
    console.log(JSON.stringify(records.map(({ key }) => key)));
    await new Promise(() => {});
  });
}
setInterval(() => {}, 1_000_000);
