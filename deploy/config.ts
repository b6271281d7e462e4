import { type Static, Type } from "@sinclair/typebox";
import { authorizationOf, checkedBaseUrl } from "../actors/toss/options.ts";
import { readOrigins } from "../gateway/cors.ts";
import { readProxies } from "../gateway/limits/address.ts";
import { DAY_MS, defaultPolicy, MINUTE_MS, type OrderPolicy } from "../machines/mod.ts";
import { readOverrides } from "../settlement/overrides.ts";
import { authSettings, checkAuth, openKeys } from "./auth.ts";
import { mongodbProblems, mongodbSettings } from "./connections/mongodb.ts";
import { natsProblems, natsSettings } from "./connections/nats.ts";
import { Whole } from "./setting-types.ts";
import { type Env, readSettings } from "./settings.ts";

/** Settings that the shop and its settlement share. */
export const commonSettings = {
  DATA_DIR: Type.String({
    default: "data",
    minLength: 1,
    description: "Folder of the embedded stores, bus and log",
  }),
  ...mongodbSettings,
  TOSS_BASE_URL: Type.String({
    default: "https://api.tosspayments.com",
    pattern: "^https?://\\S+$",
    description: "Toss Payments' API; plain http only on loopback",
  }),
  SETTLEMENT_LAG_DAYS: Whole(0, 60, 3, "Korean business days from a payment to its payout"),
  SETTLEMENT_HOLIDAYS: Type.String({
    default: "",
    description: "Holidays beyond the table, by comma; with a minus before it a working day",
  }),
  LOG_LEVEL: Type.Union(
    ["debug", "info", "warn", "error", "silent"].map((level) => Type.Literal(level)),
    { default: "info", description: "Least severe log line" },
  ),
} as const;

/** Every setting of the shop, read from the environment. A name ending in `_FILE` gives a file that holds the value. */
export const Settings = Type.Object({
  ...commonSettings,
  HOST: Type.String({ default: "127.0.0.1", description: "Address to listen on" }),
  PORT: Whole(0, 65535, 8080, "Port to listen on; 0 takes a free one"),
  JUMUN_ROLE: Type.Union([Type.Literal("all"), Type.Literal("gateway"), Type.Literal("runtime")], {
    default: "all",
    description: "What this process does; `gateway` and `runtime` apart need NATS_URL and MONGODB_URL",
  }),
  ...authSettings,
  ...natsSettings,
  TOSS_SECRET_KEY: Type.String({ minLength: 1, description: "Toss secret key. Secret" }),
  TOSS_MID: Type.Optional(
    Type.String({ maxLength: 14, description: "Our merchant id, compared with each payment's" }),
  ),
  TOSS_TIMEOUT_MS: Whole(1_000, 120_000, 60_000, "Read timeout of calls to Toss, as Toss advises"),
  TOSS_MAX_PER_SECOND: Whole(1, 10_000, 100, "Most calls to Toss a second"),
  TOSS_MAX_CONCURRENT: Whole(1, 1_000, 64, "Most calls to Toss at once"),
  CARD_LIMIT_KRW: Whole(100, Number.MAX_SAFE_INTEGER, 50_000_000, "Largest card payment, in KRW"),
  PAYMENT_WINDOW_MINUTES: Whole(1, 10_080, 30, "An unpaid order expires after this"),
  AUTO_CONFIRM_DAYS: Whole(1, 365, 7, "What is left of a paid order is purchase-confirmed after this"),
  COMMAND_WAIT_MS: Whole(0, 60_000, 5_000, "How long a request waits for its command before 202"),
  PAYMENT_WAIT_MS: Whole(0, 60_000, 10_000, "How long a payment request waits for Toss before 202"),
  AUDIT_SEAL_SECONDS: Whole(1, 3_600, 10, "How often the audit trail seals the orders that changed"),
  BODY_LIMIT_BYTES: Whole(1_024, 10_485_760, 65_536, "Largest request body"),
  OVERLOAD_DELAY_MS: Whole(10, 10_000, 100, "Requests are turned away while commands wait longer than this"),
  EVENT_STREAMS_MOST: Whole(1, 100_000, 1_000, "Most open event streams"),
  EVENT_STREAMS_OF_CUSTOMER: Whole(1, 100_000, 20, "Most open event streams of one customer"),
  RATE_LIMIT_PER_SECOND: Whole(1, 100_000, 20, "Most requests a second of one customer"),
  RATE_LIMIT_BURST: Whole(0, 1_000_000, 100, "So many more of one caller in any ten seconds"),
  RATE_LIMIT_STAFF_PER_SECOND: Whole(1, 100_000, 10_000, "The same of one operator, warehouse or service"),
  RATE_LIMIT_WEBHOOKS_PER_SECOND: Whole(1, 100_000, 500, "Most webhooks a second from one address"),
  TRUSTED_PROXIES: Type.String({
    default: "",
    description: "Whose X-Forwarded-For is believed: addresses and networks by comma",
  }),
  CORS_ORIGINS: Type.String({
    default: "",
    description: "Origins whose pages may call from a browser, by comma; none by default",
  }),
  HSTS_SECONDS: Whole(0, 63_072_000, 0, "How long browsers insist on TLS; only behind it"),
});

export type Config = Static<typeof Settings>;

/** Reads and checks all settings. Throws ConfigError. @example const config = readConfig(process.env); */
export const readConfig = (env: Env): Config =>
  readSettings(Settings, env, {
    uses: {
      TOSS_BASE_URL: (config) => checkedBaseUrl(config.TOSS_BASE_URL),
      TOSS_SECRET_KEY: (config) => authorizationOf(config.TOSS_SECRET_KEY),
      SETTLEMENT_HOLIDAYS: (config) => readOverrides(config.SETTLEMENT_HOLIDAYS),
      TRUSTED_PROXIES: (config) => readProxies(config.TRUSTED_PROXIES),
      CORS_ORIGINS: (config) => readOrigins(config.CORS_ORIGINS),
      AUTH: checkAuth,
      AUTH_JWKS: ({ AUTH_JWKS }) => AUTH_JWKS && openKeys(AUTH_JWKS),
    },
    contradictions,
  });

const contradictions = (config: Config): string[] => [
  ...roleProblems(config),
  ...natsProblems(config),
  ...mongodbProblems(config),
];

const roleProblems = ({ JUMUN_ROLE, NATS_URL, MONGODB_URL }: Config): string[] => {
  if (JUMUN_ROLE !== "all" && !(NATS_URL && MONGODB_URL)) {
    return [`JUMUN_ROLE=${JUMUN_ROLE} needs NATS_URL and MONGODB_URL: the embedded default is one process.`];
  }
  if (NATS_URL && !MONGODB_URL) {
    return ["NATS_URL needs MONGODB_URL: processes that share their commands must share their orders."];
  }
  return [];
};

/** What the gateway takes, from whom, and how it tells browsers. */
export const limitsOf = (config: Config) => ({
  bodyLimit: config.BODY_LIMIT_BYTES,
  overloadDelayMs: config.OVERLOAD_DELAY_MS,
  eventStreamsMost: config.EVENT_STREAMS_MOST,
  eventStreamsOfCustomer: config.EVENT_STREAMS_OF_CUSTOMER,
  rates: {
    customer: config.RATE_LIMIT_PER_SECOND,
    burst: config.RATE_LIMIT_BURST,
    staff: config.RATE_LIMIT_STAFF_PER_SECOND,
    webhooks: config.RATE_LIMIT_WEBHOOKS_PER_SECOND,
  },
  trustedProxies: readProxies(config.TRUSTED_PROXIES),
  corsOrigins: readOrigins(config.CORS_ORIGINS),
  hstsSeconds: config.HSTS_SECONDS,
});

export const policyOf = (config: Config): OrderPolicy => {
  const { card } = defaultPolicy.paymentMethods;
  if (!card) throw new Error("the default policy accepts cards");
  return {
    ...defaultPolicy,
    paymentMethods: { card: { ...card, limit: config.CARD_LIMIT_KRW } },
    paymentWindowMs: config.PAYMENT_WINDOW_MINUTES * MINUTE_MS,
    autoConfirmAfterMs: config.AUTO_CONFIRM_DAYS * DAY_MS,
  };
};
