import { parseArgs } from "node:util";
import { Type } from "@sinclair/typebox";
import { makeNatsStreams } from "../../actors/bus.nats.ts";
import { natsConnection, natsProblems, natsSettings } from "../connections/nats.ts";
import { createLog } from "../log.ts";
import { ConfigError, type Env, readSettings, settingsHelp } from "../settings.ts";
import { explain } from "../start-error.ts";

const StreamSettings = Type.Object(natsSettings);

const help = `Makes the streams that a shop needs on NATS, or brings them up to date, as the user \`admin\`: gateway and
runtime may not. Run it before the first start and before each new version; it changes nothing that is as it should be.

Usage: bun run nats:streams

Settings, from the environment (NAME_FILE=<path> reads one from a file):
${settingsHelp(StreamSettings)}`;

const run = async (env: Env): Promise<void> => {
  const config = readSettings(StreamSettings, env, { uses: {}, contradictions: natsProblems });
  if (config.NATS_URL === undefined) throw new ConfigError(["NATS_URL is missing: which NATS?"]);
  const log = createLog("info", "stderr");
  await makeNatsStreams({ ...natsConnection(config), role: "admin", log });
  console.log(`The streams of ${config.NATS_PREFIX} are there.`);
};

if (import.meta.main) {
  const { values } = parseArgs({ options: { help: { type: "boolean", short: "h", default: false } } });
  if (values.help) console.log(help);
  else
    await run(process.env).catch((error) => {
      const { message, exitCode } = explain(error);
      console.error(message);
      process.exit(exitCode);
    });
}
