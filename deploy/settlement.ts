import type { Log, OrderStore } from "../actors/ports.ts";
import type { KstDate, SettlementCalendar } from "../machines/mod.ts";
import { createRowCodec } from "../settlement/avro/codec.ts";
import { openCalendar } from "../settlement/holidays.ts";
import { createSqliteLedgers } from "../settlement/ledgers.sqlite.ts";
import { createSqliteLog } from "../settlement/log.sqlite.ts";
import { createOrderTransactions } from "../settlement/order-transactions.ts";
import { ROWS_TOPIC } from "../settlement/poller/mod.ts";
import type { Ledgers, RecordLog, RowCodec, SettlementReader } from "../settlement/ports.ts";
import { createSettlementReader } from "../settlement/reader.ts";
import { createSqliteRunStore } from "../settlement/run-store.sqlite.ts";
import type { ClosableRunStore } from "../settlement/run-store.ts";
import { kafkaConnection } from "./connections/kafka.ts";
import { registryConnection } from "./connections/registry.ts";
import { inDataFolder } from "./data-folder.ts";
import type { SettlementConfig } from "./settlement-config.ts";

/** Where settlement keeps what it knows. */
export interface SettlementBooks {
  readonly runs: ClosableRunStore;
  readonly ledgers: Ledgers;
  readonly reader: SettlementReader;
  close(): Promise<void>;
}

type BooksConfig = Pick<
  SettlementConfig,
  "DATA_DIR" | "MONGODB_URL" | "MONGODB_DATABASE" | "SETTLEMENT_LAG_DAYS" | "SETTLEMENT_HOLIDAYS"
>;

/** The calendar of some days, as configured. */
export const calendarOf = (config: BooksConfig, from: KstDate, to: KstDate): Promise<SettlementCalendar> =>
  openCalendar({ from, to, lag: config.SETTLEMENT_LAG_DAYS, overrides: config.SETTLEMENT_HOLIDAYS });

/** Opens ledgers and checkpoints. What orders say comes from their own store, which stays the caller's. */
export const openBooks = async (
  config: BooksConfig,
  orders: OrderStore,
  logger: Log,
): Promise<SettlementBooks> => {
  await using opened = new AsyncDisposableStack();
  const runs = await openRuns(config, logger);
  opened.defer(() => runs.close());
  const ledgers = await openLedgers(config, logger);
  opened.defer(() => ledgers.close());
  const reader = createSettlementReader({
    runs,
    ledgers,
    orders: createOrderTransactions(orders),
    calendarOf: (date) => calendarOf(config, date, date),
  });
  const running = opened.move();
  return { runs, ledgers, reader, close: () => running.disposeAsync() };
};

const openRuns = async (config: BooksConfig, log: Log): Promise<ClosableRunStore> => {
  const { MONGODB_URL: url, MONGODB_DATABASE: database } = config;
  if (!url) return createSqliteRunStore({ path: inDataFolder(config, "settlement-runs.sqlite") });
  const { createMongoRunStore } = await import("../settlement/run-store.mongo.ts");
  return createMongoRunStore({ url, database, logger: log });
};

export const openLedgers = async (config: BooksConfig, log: Log): Promise<Ledgers> => {
  const { MONGODB_URL: url, MONGODB_DATABASE: database } = config;
  if (!url) return createSqliteLedgers({ path: inDataFolder(config, "settlement-ledgers.sqlite") });
  const { createMongoLedgers } = await import("../settlement/ledgers.mongo.ts");
  return createMongoLedgers({ url, database, logger: log });
};

/** Opens the log between the poller and the departments. */
export const openLog = async (config: SettlementConfig, log: Log): Promise<RecordLog> => {
  if (!config.KAFKA_BROKERS) {
    return createSqliteLog({ path: inDataFolder(config, "settlement-log.sqlite"), log });
  }
  const { createKafkaLog } = await import("../settlement/log.kafka.ts");
  return createKafkaLog({
    ...kafkaConnection(config),
    client: config.KAFKA_CLIENT,
    partitions: config.SETTLEMENT_TOPIC_PARTITIONS,
    log,
  });
};

/** Rows to records and back, with the registry's schema ids when there is a registry. */
export const openCodec = async (config: SettlementConfig): Promise<RowCodec> => {
  if (!config.SCHEMA_REGISTRY_URL) return createRowCodec({ topic: ROWS_TOPIC });
  const { createSchemaRegistry } = await import("../settlement/avro/registry.ts");
  const registry = createSchemaRegistry(registryConnection(config));
  return createRowCodec({ topic: ROWS_TOPIC, registry });
};
