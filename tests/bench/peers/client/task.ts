import { join } from "node:path";
import { confine } from "../../../../deploy/servers/privileges.ts";
import type { Step } from "../life.ts";

export interface ClientTask {
  readonly url: string;
  /** The module of the system's commands. */
  readonly commands: string;
  readonly clients: number;
  readonly name: string;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** A file for what was told of each order. The clients then go on until their connections break. */
  readonly memories?: string;
}

/** Of what ended while the clock ran. */
export interface ClientResult {
  readonly seconds: number;
  readonly commands: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly meanMs: Partial<Record<Step, number>>;
}

export interface ClientHooks {
  /** The clock starts now. */
  begun(clientPid: number): void;
  /** The clock has stopped. */
  ended(clientPid: number): void;
}

/** Runs the client. Throws when it fails, which it tells on standard error. */
export const runClient = async (task: ClientTask, hooks: ClientHooks): Promise<ClientResult> => {
  const child = Bun.spawn(
    confine([process.execPath, join(import.meta.dir, "main.ts"), JSON.stringify(task)], {
      deathSignal: "KILL",
    }),
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let result: ClientResult | undefined;
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const { word, ...more } = JSON.parse(line) as { word: string } & ClientResult;
      if (word === "begun") hooks.begun(child.pid);
      else if (word === "ended") hooks.ended(child.pid);
      else result = more;
    }
  }
  const code = await child.exited;
  if (code !== 0 || !result) throw new Error(`The client ended with code ${code} and measured nothing.`);
  return result;
};
