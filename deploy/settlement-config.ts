import { type Static, Type } from "@sinclair/typebox";
import { authorizationOf, checkedBaseUrl } from "../actors/toss/options.ts";
import { readOverrides } from "../settlement/overrides.ts";
import { commonSettings } from "./config.ts";
import { kafkaProblems, kafkaSettings } from "./connections/kafka.ts";
import { mongodbProblems } from "./connections/mongodb.ts";
import { registryProblems, registrySettings } from "./connections/registry.ts";
import { Whole } from "./setting-types.ts";
import { type Env, readSettings } from "./settings.ts";

/** Every setting of settlement: of the poller, of the loaders and of the reports. */
export const SettlementSettings = Type.Object({
  ...commonSettings,
  TOSS_SECRET_KEY: Type.Optional(
    Type.String({ description: "Toss secret key, wanted by the poller only. Secret" }),
  ),
  ...kafkaSettings,
  KAFKA_CLIENT: Type.Union([Type.Literal("platformatic"), Type.Literal("kafkajs")], {
    default: "platformatic",
    description: "The library that produces: @platformatic/kafka, or kafkajs, which is slower",
  }),
  ...registrySettings,
  SETTLEMENT_TOPIC_PARTITIONS: Whole(1, 1_000, 12, "Partitions of a topic that is made"),
  SETTLEMENT_CALLS_PER_SECOND: Type.Number({
    minimum: 0.01,
    maximum: 1_000,
    default: 5,
    description: "Most calls to Toss a second; its test environment takes 1.6",
  }),
  SETTLEMENT_CONCURRENCY: Whole(1, 64, 2, "Pages under way at once"),
  SETTLEMENT_WINDOW_DAYS: Whole(0, 60, 3, "So many days before are polled again, since rows can come late"),
  SETTLEMENT_VERIFY: Type.Union([Type.Literal("passes"), Type.Literal("transactions")], {
    default: "passes",
    description: "What proves a day complete: a second pass, or Toss' list of transactions",
  }),
  SETTLEMENT_GIVE_UP_MINUTES: Whole(0, 1_440, 10, "How long one call to Toss is tried again"),
});

export type SettlementConfig = Static<typeof SettlementSettings>;

/** Reads and checks all of settlement's settings. Throws ConfigError. */
export const readSettlementConfig = (env: Env): SettlementConfig =>
  readSettings(SettlementSettings, env, {
    uses: {
      TOSS_BASE_URL: (config) => checkedBaseUrl(config.TOSS_BASE_URL),
      TOSS_SECRET_KEY: (config) =>
        config.TOSS_SECRET_KEY === undefined || authorizationOf(config.TOSS_SECRET_KEY),
      SETTLEMENT_HOLIDAYS: (config) => readOverrides(config.SETTLEMENT_HOLIDAYS),
    },
    contradictions: (config) => [
      ...kafkaProblems(config),
      ...mongodbProblems(config),
      ...registryProblems(config),
    ],
  });
