import type { RunStore } from "./ports.ts";

/** A run store as its adapters make it. */
export interface ClosableRunStore extends RunStore {
  close(): Promise<void>;
}
