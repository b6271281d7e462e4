/** Whether a Kafka broker keeps up, and when to scale it: `bun run settle:capacity`. */
import { writeFileSync } from "node:fs";
import { exitCodes, isSettlementError } from "../settlement/errors.ts";
import { Interrupted } from "./capacity/interrupt.ts";
import { measure, type Report } from "./capacity/measure.ts";
import { help, type Plan, planOf } from "./capacity/options.ts";
import { createProgress } from "./capacity/progress.ts";
import { reportText } from "./capacity/report.ts";
import { createRecords, type Records } from "./capacity/rows.ts";
import { openTopics } from "./capacity/topics.ts";
import { startKafka } from "./servers/mod.ts";
import { endWith } from "./settlement-end.ts";

const FALLS_BEHIND = 3;
const USAGE = 2;
const INTERRUPTED = 130;

const run = async (plan: Plan, records: Records, signal: AbortSignal): Promise<Report> => {
  await using opened = new AsyncDisposableStack();
  let { brokers } = plan;
  if (!brokers) {
    const kafka = await startKafka();
    opened.defer(() => kafka.stop());
    brokers = [kafka.url];
  }
  const topics = await openTopics(brokers, plan.topicPrefix);
  opened.defer(async () => {
    const left = await topics.dropAll();
    if (left.length > 0) console.error(`These topics could not be deleted; delete them: ${left.join(", ")}`);
  });
  const progress = createProgress();
  opened.defer(() => progress.stop());
  return await measure(plan, { brokers, topics, records, signal, progress });
};

const main = async (args: string[]): Promise<number> => {
  let plan: Plan | "help";
  try {
    plan = planOf(args, process.env);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nSee bun run settle:capacity --help`);
    return USAGE;
  }
  if (plan === "help") {
    console.log(help);
    return 0;
  }
  const records = await createRecords(plan.recordBytes);
  if (plan.recordBytes !== undefined && plan.recordBytes < records.rowBytes) {
    console.error(
      `A row and its key have ${records.rowBytes} B: --record-bytes ${plan.recordBytes} is too few.`,
    );
    return USAGE;
  }
  const stopping = new AbortController();
  // Not `once`: child processes that end with this one listen too, and end it when nobody else does any more.
  for (const name of ["SIGTERM", "SIGINT"] as const) {
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(INTERRUPTED);
      console.error("\nInterrupted: deleting what was made; once more leaves it there …");
      stopping.abort(new Interrupted("interrupted"));
    });
  }
  try {
    const report = await run(plan, records, stopping.signal);
    console.log(reportText(report));
    if (plan.json !== undefined) writeFileSync(plan.json, `${JSON.stringify(report, null, 2)}\n`);
    return report.judgement.keepsUp ? 0 : FALLS_BEHIND;
  } catch (error) {
    if (error instanceof Interrupted) return INTERRUPTED;
    if (!isSettlementError(error)) throw error;
    console.error(`${error.code}: ${error.message}`);
    return exitCodes[error.code];
  }
};

process.exit(await main(process.argv.slice(2)).catch(endWith));
