import { peer } from "../dbos/peer.ts";
import { runSection } from "../section.ts";

await runSection(peer);
