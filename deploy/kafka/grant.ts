import {
  type AclEntry,
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  type Admin,
  ResourcePatternTypes,
} from "kafkajs";
import { silentLog } from "../../actors/ports.ts";
import { asLogError } from "../../settlement/log/errors.ts";
import { createKafkaClient } from "../../settlement/log/kafka-client.ts";
import type { KafkaConnection } from "../../settlement/log/kafka-connection.ts";
import { DEAD_TOPIC, ROWS_TOPIC } from "../../settlement/poller/mod.ts";
import { kafkaAccess } from "./access.ts";

/** Makes the topics that are not there, and gives each user its rights; what is so already stays. @throws LOG_UNAVAILABLE */
export const grantKafkaAccess = async (connection: KafkaConnection, partitions: number): Promise<void> => {
  const admin = createKafkaClient(connection, silentLog, 3).admin();
  try {
    await admin.connect();
    await admin.createTopics({
      topics: [ROWS_TOPIC, DEAD_TOPIC].map((topic) => ({ topic, numPartitions: partitions })),
      waitForLeaders: true,
    });
    await admin.createAcls({ acl: kafkaAccess() });
    await untilKnown(admin);
  } catch (error) {
    throw asLogError(
      error,
      "Kafka did not take topics and rights",
      "See that Kafka runs, and run this again",
    );
  } finally {
    await admin.disconnect().catch(() => {});
  }
};

const KNOWN_MS = 30_000;
const LOOK_MS = 50;

/** Brokers hear of new rights a moment after the controller has taken them. */
const untilKnown = async (admin: Admin): Promise<void> => {
  const any = {
    resourceType: AclResourceTypes.ANY,
    resourcePatternType: ResourcePatternTypes.ANY,
    operation: AclOperationTypes.ANY,
    permissionType: AclPermissionTypes.ANY,
  };
  for (const deadline = performance.now() + KNOWN_MS; ; await Bun.sleep(LOOK_MS)) {
    const { resources } = await admin.describeAcls(any);
    const known = new Set(
      resources.flatMap(({ acls, ...of }) => acls.map((acl) => keyOf({ ...of, ...acl }))),
    );
    if (kafkaAccess().every((one) => known.has(keyOf(one)))) return;
    if (performance.now() > deadline) throw new Error("the brokers have not heard of the new rights in time");
  }
};

const keyOf = ({ principal, resourceType, resourceName, operation }: Omit<AclEntry, "host">): string =>
  [principal, resourceType, resourceName, operation].join();
