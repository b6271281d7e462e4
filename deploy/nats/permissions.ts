import { type NatsNames, natsNames } from "../../actors/bus/nats-names.ts";

/** Who connects to NATS. `all` is a shop in one process. */
export const natsRoles = ["all", "gateway", "runtime", "observer", "admin"] as const;
export type NatsRole = (typeof natsRoles)[number];

/** As nats-server's configuration has it: what is not allowed is denied. */
export interface NatsPermissions {
  readonly publish: { readonly allow: readonly string[] } | { readonly deny: readonly string[] };
  readonly subscribe: { readonly allow: readonly string[] } | { readonly deny: readonly string[] };
}

const NOTHING = { deny: [">"] };

/**
 * What each role may do with the subjects of a prefix, and nothing besides. Nobody may delete or purge a stream: that
 * is for whoever administers the server itself.
 *
 * | role | may | may not |
 * | --- | --- | --- |
 * | gateway | hand in commands, hear replies and events, see and revive dead letters | consume commands, publish events |
 * | runtime | consume commands, publish events, replies and dead letters | hand in commands, hear events |
 * | observer | hear events | publish anything |
 * | admin | make and change the streams | publish or hear what is in them |
 */
export const natsPermissions = (role: NatsRole, prefix = "orders"): NatsPermissions => {
  const names = natsNames(prefix);
  const { publish, subscribe } = grants[role](names, prefix);
  return {
    publish: publish.length > 0 ? { allow: publish } : NOTHING,
    subscribe: subscribe.length > 0 ? { allow: subscribe } : NOTHING,
  };
};

interface Grants {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
}

/** Requests are publications to JetStream's API, and their answers come to the role's own inbox. */
const api = (...calls: readonly string[]) => ["INFO", ...calls].map((call) => `$JS.API.${call}`);

const streamsOf = (names: NatsNames): string[] => [
  ...names.commandStreams.map(({ name }) => name),
  names.streams.events,
  names.streams.dead,
];

const gateway = (names: NatsNames, prefix: string): Grants => ({
  publish: [
    `${prefix}.cmd.>`,
    ...api(
      ...streamsOf(names).map((stream) => `STREAM.INFO.${stream}`),
      // Whether a command waits, and the dead letters.
      ...names.commandStreams.map(({ name }) => `STREAM.MSG.GET.${name}`),
      `STREAM.MSG.GET.${names.streams.dead}`,
      // A dead letter that is revived is one no more.
      `STREAM.MSG.DELETE.${names.streams.dead}`,
    ),
  ],
  subscribe: [`${names.inbox("gateway")}.>`, names.reply("*"), names.events(undefined)],
});

const runtime = (names: NatsNames, prefix: string): Grants => ({
  publish: [
    names.events(undefined),
    names.reply("*"),
    names.allDead,
    ...names.commandStreams.map(({ name }) => `$JS.ACK.${name}.>`),
    ...api(
      ...streamsOf(names).map((stream) => `STREAM.INFO.${stream}`),
      ...names.commandStreams.map(({ name }) => `CONSUMER.CREATE.${name}.*.${prefix}.cmd.>`),
      ...names.commandStreams.map(({ name }) => `CONSUMER.MSG.NEXT.${name}.*`),
    ),
  ],
  subscribe: [`${names.inbox("runtime")}.>`],
});

const grants: Readonly<Record<NatsRole, (names: NatsNames, prefix: string) => Grants>> = {
  gateway,
  runtime,
  all: (names, prefix) => {
    const both = [gateway(names, prefix), runtime(names, prefix)];
    return {
      publish: [...new Set(both.flatMap(({ publish }) => publish))],
      subscribe: [`${names.inbox("all")}.>`, names.reply("*"), names.events(undefined)],
    };
  },
  observer: (names) => ({ publish: [], subscribe: [names.events(undefined)] }),
  admin: (names) => ({
    publish: api(
      ...streamsOf(names).flatMap((stream) =>
        ["INFO", "CREATE", "UPDATE"].map((call) => `STREAM.${call}.${stream}`),
      ),
    ),
    subscribe: [`${names.inbox("admin")}.>`],
  }),
};
