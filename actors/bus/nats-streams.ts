import { isDeepStrictEqual } from "node:util";
import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamManager,
  NatsError,
  nanos,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "nats";
import { connectionFault } from "../connection/fault.ts";
import { ConnectionError } from "../errors.ts";
import { busUnavailable, type NatsLink } from "./nats-link.ts";
import type { NatsNames } from "./nats-names.ts";

export interface NatsStreamOptions {
  /** How long JetStream remembers message ids, in ms. */
  readonly duplicateWindowMs: number;
  /** How long events are kept for consumers that come late, in ms. */
  readonly eventMaxAgeMs: number;
  /** A delivered command that is neither settled nor given back comes again after this, in ms. */
  readonly ackWaitMs: number;
  /** Copies of each stream in a cluster. Left out: what the streams have already, or one. */
  readonly replicas?: number;
}

/**
 * The streams and consumers on the server, made when missing and brought up to date when they differ. Looked at first,
 * so that a user who may not make any can work with what an operator has made. Rejects with CREDENTIALS_REFUSED when
 * something is to be made by such a user.
 */
export interface NatsStreams {
  readonly jsm: JetStreamManager;
  /** Calls made while one is under way share it. */
  ensure(): Promise<void>;
  /** Resolves to when the partition's stream was created: another answer means other messages. */
  ensureWorker(partition: number): Promise<string>;
}

/**
 * How many commands of a partition can be out at once over all workers. Commands given back with a delay count too,
 * so it is far above what one worker holds: a heap of waiting retries must not dam up the rest.
 */
const MAX_ACK_PENDING = 20_000;
const API_TIMEOUT_MS = 4_000;

export const createNatsStreams = async (
  link: NatsLink,
  names: NatsNames,
  options: NatsStreamOptions,
): Promise<NatsStreams> => {
  const jsm = await link.nc
    .jetstreamManager({ timeout: API_TIMEOUT_MS })
    .catch((error) => Promise.reject(unusable("JetStream", error)));
  let ensuring: Promise<void> | undefined;

  const put = async (config: Partial<StreamConfig> & { name: string }) => {
    try {
      const found = await jsm.streams.info(config.name).catch((error) => {
        if (apiErrorCode(error) !== NO_STREAM_FOUND) throw error;
      });
      if (found && isAs(found.config, config)) return;
      // An update names only what this program cares about: what an operator set besides stays.
      const update = () => jsm.streams.update(config.name, { ...config });
      if (found) return void (await update());
      await jsm.streams.add({ ...config }).catch((error) => {
        // Another process was first, and is of another version.
        if (apiErrorCode(error) !== STREAM_DIFFERS) throw error;
        return update();
      });
    } catch (error) {
      throw unusable(`Stream ${config.name}`, error);
    }
  };

  const ensureAll = async () => {
    await Promise.all(streamConfigs(names, options).map(put));
  };

  const ensure = () => {
    ensuring ??= ensureAll().finally(() => {
      ensuring = undefined;
    });
    return ensuring;
  };

  return {
    jsm,
    ensure,
    async ensureWorker(partition) {
      link.assertOnline();
      await ensure();
      try {
        const stream = names.commandStream(partition);
        await jsm.consumers.add(stream, {
          durable_name: names.worker(partition),
          filter_subject: names.commandsOf(partition),
          ack_policy: AckPolicy.Explicit,
          deliver_policy: DeliverPolicy.All,
          // JetStream moves nothing to a dead-letter stream by itself; giving up would lose the command silently.
          max_deliver: -1,
          max_ack_pending: MAX_ACK_PENDING,
          ack_wait: nanos(options.ackWaitMs),
        });
        // Asked for by itself: a restarted server answers the call above with the present as the time of creation.
        return (await jsm.streams.info(stream)).created;
      } catch (error) {
        throw unusable(`The consumer of partition ${partition}`, error);
      }
    },
  };
};

/** Whether all that is wanted of a stream is so; what besides it is set to does not matter. */
const isAs = (found: StreamConfig, wanted: Partial<StreamConfig>): boolean =>
  isDeepStrictEqual({ ...found, ...wanted }, found);

const unusable = (what: string, error: unknown) => {
  if (connectionFault(error)?.code !== "CREDENTIALS_REFUSED")
    return busUnavailable(`${what} can't be used: ${describe(error)}.`, error);
  return new ConnectionError("CREDENTIALS_REFUSED", {
    message:
      `${what} is not as this version needs it, and this NATS user may not change that (${describe(error)}). Nothing ` +
      "was changed. Let one who may make it first: `bun run nats:streams`.",
    cause: error,
  });
};

const streamConfigs = (
  names: NatsNames,
  options: NatsStreamOptions,
): (Partial<StreamConfig> & { name: string })[] => {
  const common = {
    storage: StorageType.File,
    duplicate_window: nanos(options.duplicateWindowMs),
    ...(options.replicas === undefined ? {} : { num_replicas: options.replicas }),
  };
  return [
    ...names.commandStreams.map((stream) => ({
      ...common,
      ...stream,
      retention: RetentionPolicy.Workqueue,
      // Should an operator set a limit: a full queue refuses the newest instead of dropping the oldest.
      discard: DiscardPolicy.New,
    })),
    {
      ...common,
      name: names.streams.events,
      subjects: [names.events(undefined)],
      retention: RetentionPolicy.Limits,
      max_age: nanos(options.eventMaxAgeMs),
    },
    {
      ...common,
      name: names.streams.dead,
      subjects: [names.allDead],
      retention: RetentionPolicy.Limits,
      // A command that dies again replaces its earlier dead letter.
      max_msgs_per_subject: 1,
    },
  ];
};

/** JetStream's own numbers for what went wrong; HTTP-like codes are shared by too many causes. */
export const STREAM_DIFFERS = 10058;
const NO_STREAM_FOUND = 10059;
export const NO_MESSAGE_FOUND = 10037;

export const apiErrorCode = (error: unknown): number | undefined =>
  error instanceof NatsError ? error.api_error?.err_code : undefined;

const describe = (error: unknown): string => (error instanceof Error ? error.message : String(error));
