import type { Commands } from "../life.ts";
import { flowCommands } from "../service-commands.ts";

/** Restate's ingress: a handler of the order's virtual object. */
export const commands: Commands = flowCommands((name, handler) => `/order/${name}/${handler}`);
