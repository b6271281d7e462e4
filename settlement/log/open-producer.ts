import type { Log } from "../../actors/ports.ts";
import type { KafkaConnection } from "./kafka-connection.ts";
import { createKafkaProducer, type KafkaProducer, type ProducerSettings } from "./kafka-producer.ts";

/** The library that produces. Topics and consumers are kafkajs' with either. */
export type KafkaClient = "platformatic" | "kafkajs";

/** How a producer is made: plain data, so that another thread can be told it. */
export interface ProducerPlan {
  readonly client: KafkaClient;
  readonly connection: KafkaConnection;
  readonly settings: ProducerSettings;
}

/** A producer over the library that is asked for; the other one is not loaded. Nothing is connected yet. */
export const openKafkaProducer = async (plan: ProducerPlan, log: Log): Promise<KafkaProducer> => {
  const { client, connection, settings } = plan;
  if (client === "kafkajs") {
    const { createKafkaClient } = await import("./kafka-client.ts");
    const { kafkajsClient } = await import("./kafkajs-producer.ts");
    // A step that gives up ends the whole request, so the producer's steps try as long as it does: only the same
    // producer can send a request again without doubling its records.
    return createKafkaProducer(kafkajsClient(createKafkaClient(connection, log, settings.retries), settings));
  }
  const { platformaticClient } = await import("./platformatic-producer.ts");
  return createKafkaProducer(platformaticClient(connection, settings, log));
};
