import type { Commands } from "../life.ts";
import { flowCommands } from "../service-commands.ts";

/** DBOS has no HTTP of its own: the service of the bench starts a workflow for each request. */
export const commands: Commands = flowCommands((name, handler) => `/${name}/${handler}`);
