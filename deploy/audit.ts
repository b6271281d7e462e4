import { parseArgs } from "node:util";
import { Type } from "@sinclair/typebox";
import type { TrailHead } from "../actors/audit/verify/trail.ts";
import { verify } from "../actors/audit/verify/verify.ts";
import { isDamage, RetryableError } from "../actors/errors.ts";
import { systemClock } from "../actors/ports.ts";
import { doubtsOf, reportText } from "./audit-report.ts";
import { openToVerify } from "./audit-trail.ts";
import { createProgress } from "./capacity/progress.ts";
import { commonSettings } from "./config.ts";
import { createLog } from "./log.ts";
import { readSettings, settingsHelp } from "./settings.ts";
import { explain, StartError } from "./start-error.ts";

/** Of sysexits.h. */
const exits = { usage: 64, notWhole: 65, noInput: 66, away: 69, defect: 70 } as const;

const { DATA_DIR, MONGODB_URL, MONGODB_DATABASE, LOG_LEVEL } = commonSettings;
const Settings = Type.Object({ DATA_DIR, MONGODB_URL, MONGODB_DATABASE, LOG_LEVEL });

const help = `Checks that nobody changed orders, their histories or the audit trail past Jumun. Reads only; the shop may run.

Usage: bun run audit:verify [--since 120:kPq…] [--strict] [--json]
  --since n:hash  a head that an earlier run printed and somebody kept: the trail must still have it; may be given again
  --strict        also ends with 65 for entries of earlier releases, which have no link, for orders unsealed for more
                  than 15 minutes, and for facts that were lost while the trail could not be written
  --json          the report as JSON

Each history entry is chained to the one before, the trail's records to each other, and seals in the trail hold where
the orders' chains stood. So a change that was not made by Jumun shows, unless whoever made it made all later links
and records anew too: that shows against a head that was kept elsewhere, which is what --since is for.

Ends with 0 whole · 65 something differs · 64 usage · 66 no shop there · 69 a store is away · 78 settings · 70 a defect.

Settings, from the environment (NAME_FILE=<path> reads one from a file):
${settingsHelp(Settings)}`;

const options = {
  since: { type: "string", multiple: true, default: [] as string[] },
  strict: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** Throws an Error that says what is wrong with it. */
const headOf = (text: string): TrailHead => {
  const [, n, hash] = /^([1-9]\d{0,14}):([\w-]{43})$/.exec(text) ?? [];
  if (n && hash) return { n: Number(n), hash };
  throw new Error(
    `--since ${text} is no head of a trail, which looks like 120:<43 letters, digits, - or _>.`,
  );
};

const run = async (
  flags: { strict: boolean; json: boolean },
  kept: readonly TrailHead[],
): Promise<number> => {
  const config = readSettings(Settings, process.env, { uses: {}, contradictions: () => [] });
  const log = createLog(config.LOG_LEVEL, "stderr");
  const { orders, trail } = await openToVerify(config, log);
  const progress = createProgress();
  let step = "";
  try {
    const report = await verify({
      orders,
      trail,
      kept,
      onProgress(at, done, total) {
        if (step !== at) progress.step(at.padEnd(6));
        step = at;
        progress.tell(total === 0 ? 1 : done / total, `${done} of ${Math.max(done, total)}`);
      },
    });
    progress.stop();
    const now = systemClock.now();
    const doubts = doubtsOf(report, now);
    const strict = flags.strict && (doubts.unchained > 0 || doubts.longUnsealed || doubts.lostFacts > 0);
    const ok = report.found === 0 && !strict;
    console.log(flags.json ? JSON.stringify({ whole: ok, ...report }) : reportText(report, now));
    if (strict && !flags.json) console.log(`--strict: ${JSON.stringify(doubts)}`);
    return ok ? 0 : exits.notWhole;
  } finally {
    progress.stop();
    await Promise.all([orders.close(), trail.close()]);
  }
};

const main = async (args: string[]): Promise<number> => {
  let flags: ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];
  let kept: TrailHead[];
  try {
    flags = parseArgs({ args, options }).values;
    kept = flags.since.map(headOf);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\nSee bun run audit:verify --help`);
    return exits.usage;
  }
  if (flags.help) {
    console.log(help);
    return 0;
  }
  try {
    return await run(flags, kept);
  } catch (error) {
    if (error instanceof StartError) {
      console.error(error.message);
      return exits.noInput;
    }
    const { message, exitCode } = explain(error);
    console.error(message);
    if (error instanceof RetryableError) return exits.away;
    if (isDamage(error)) return exits.notWhole;
    return exitCode === 1 ? exits.defect : exitCode;
  }
};

process.exit(await main(process.argv.slice(2)));
