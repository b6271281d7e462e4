import { peer } from "../jumun/nats-mongo.ts";
import { runSection } from "../section.ts";

await runSection(peer);
