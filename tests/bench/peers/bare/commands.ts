import type { Commands } from "../life.ts";
import { flowCommands } from "../service-commands.ts";

/** The life against a server that does nothing. */
export const commands: Commands = {
  ...flowCommands((name, handler) => `/${name}/${handler}`),
  said: ({ status }) => {
    if (status !== 200) throw new Error(`was answered ${status}`);
    return {};
  },
};
