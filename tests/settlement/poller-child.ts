/**
 * A poller as a process of its own, for tests that kill it: the real parts on the folder and the Toss of the test, and
 * a place to stop at. With HOLD=produced:N it says `held` after the records of its Nth page are durable and before the
 * page's checkpoint is; with HOLD=checkpointed:N after that checkpoint; and waits to be killed.
 */
import { join } from "node:path";
import { createRowCodec } from "../../settlement/avro/codec.ts";
import { isSettlementError } from "../../settlement/errors.ts";
import { createSqliteLog } from "../../settlement/log.sqlite.ts";
import { runDate } from "../../settlement/poller/mod.ts";
import type { RunStore } from "../../settlement/ports.ts";
import { createSqliteRunStore } from "../../settlement/run-store.sqlite.ts";
import { createTossSource } from "../../settlement/source.toss.ts";

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};

const [holdAt, holdPage] = (process.env.HOLD ?? "never:0").split(":");

const held = async (): Promise<never> => {
  console.log("held");
  return new Promise(() => setInterval(() => {}, 1_000));
};

/** A store that stops the process around its Nth checkpoint. */
const holding = (store: RunStore): RunStore => {
  let pages = 0;
  return {
    ...store,
    async savePage(date, page) {
      pages += 1;
      const here = pages === Number(holdPage);
      if (here && holdAt === "produced") return held();
      await store.savePage(date, page);
      if (here && holdAt === "checkpointed") return held();
    },
  };
};

const folder = setting("FOLDER");
const log = await createSqliteLog({ path: join(folder, "log.sqlite") });
const store = createSqliteRunStore({ path: join(folder, "runs.sqlite") });
try {
  const { run, produced } = await runDate({
    ...{ date: setting("DATE"), log, codec: await createRowCodec(), store: holding(store), emptyWaitMs: 0 },
    source: createTossSource({ baseUrl: setting("TOSS_BASE_URL"), secretKey: setting("TOSS_SECRET_KEY") }),
    ...{ pageSize: Number(setting("PAGE_SIZE")), concurrency: Number(setting("CONCURRENCY")) },
    ...{ leaseTtlMs: 500, leaseWaitMs: 10_000 },
    onEvent: ({ kind }) => {
      if (kind === "started") console.log("started");
    },
  });
  console.log(JSON.stringify({ run, produced }));
} catch (error) {
  console.error(error);
  process.exit(isSettlementError(error) && error.retryable ? 69 : 1);
}
await log.close();
process.exit(0);
