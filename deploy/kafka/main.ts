import { parseArgs } from "node:util";
import { Type } from "@sinclair/typebox";
import { kafkaConnection, kafkaProblems, kafkaSettings } from "../connections/kafka.ts";
import { ConfigError, readSettings, settingsHelp } from "../settings.ts";
import { SettlementSettings } from "../settlement-config.ts";
import { endWith } from "../settlement-end.ts";
import { kafkaUsers } from "./access.ts";
import { grantKafkaAccess } from "./grant.ts";

const { SETTLEMENT_TOPIC_PARTITIONS } = SettlementSettings.properties;
const AccessSettings = Type.Object({ ...kafkaSettings, SETTLEMENT_TOPIC_PARTITIONS });

const help = `Makes settlement's topics on Kafka, and gives each of its users the rights of its part, as a user who may do
that. The users themselves, and that nobody else may do anything, are set up at Kafka: ${kafkaUsers.join(", ")}.

Usage: bun run kafka:access

Settings, from the environment (NAME_FILE=<path> reads one from a file):
${settingsHelp(AccessSettings)}`;

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options: { help: { type: "boolean", short: "h", default: false } } });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const config = readSettings(AccessSettings, process.env, { uses: {}, contradictions: kafkaProblems });
  if (!config.KAFKA_BROKERS) throw new ConfigError(["KAFKA_BROKERS is missing: which Kafka?"]);
  await grantKafkaAccess(kafkaConnection(config), config.SETTLEMENT_TOPIC_PARTITIONS);
  console.log(`Topics and rights of ${kafkaUsers.join(", ")} are there.`);
  return 0;
};

process.exit(await main().catch(endWith));
