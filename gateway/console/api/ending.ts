import type { CommandPending, CommandView } from "../../schemas/command.ts";
import { get } from "./http.ts";

/** A command that needs nobody's patience any more. */
export type Ended = Exclude<CommandView, CommandPending>;

/** Between looks at how a command does, most often at first. ms */
const LOOKS = [100, 200, 400, 800, 1_500, 3_000, 5_000];

const isOver = (command: CommandView): command is Ended =>
  command.status !== "pending" &&
  // Taken, and what Toss makes of it is what one waits for.
  !(command.status === "done" && command.result?.payment?.status === "unknown");

/** Looks until the command has ended, a dozen seconds long or `longer`; undefined when it has not, or on abort. */
export const endingOf = async (
  commandId: string,
  signal: AbortSignal,
  longer: readonly number[] = [],
): Promise<Ended | undefined> => {
  for (const pause of [...LOOKS, ...longer]) {
    await new Promise((resolve) => setTimeout(resolve, pause));
    if (signal.aborted) return undefined;
    const seen = await get<CommandView>(`/commands/${encodeURIComponent(commandId)}`, signal);
    if (signal.aborted) return undefined;
    if (seen.ok && isOver(seen.data)) return seen.data;
  }
  return undefined;
};
