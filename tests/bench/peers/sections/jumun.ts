import { peer } from "../jumun/embedded.ts";
import { runSection } from "../section.ts";

await runSection(peer);
