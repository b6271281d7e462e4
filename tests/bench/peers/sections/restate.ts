import { peer } from "../restate/peer.ts";
import { runSection } from "../section.ts";

await runSection(peer);
