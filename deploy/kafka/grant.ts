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
