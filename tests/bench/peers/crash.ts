import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openLine } from "./client/line.ts";
import type { Memory } from "./client/load.ts";
import { runClient } from "./client/task.ts";
import { type Commands, orderOf, PAID, REFUNDED, type Said, type Standing, steps } from "./life.ts";
import type { Peer, RunningPeer } from "./peer.ts";

/** What kill -9 of all processes in the middle of the load cost. */
export interface Crash {
  readonly orders: number;
  readonly acknowledged: number;
  /** Steps that were acknowledged and that the system no longer knows. */
  readonly lost: number;
  /** Orders of which the double captured or refunded money more than once. */
  readonly doubled: number;
  /** Orders of which the double's books and the system's still differ once it had time to come to rest. */
  readonly unsettled: number;
}

export interface CrashOptions {
  readonly folder: string;
  readonly doubleUrl: string;
  readonly clients: number;
  readonly seconds: number;
}

interface Account {
  readonly paymentKey: string;
  readonly capturedAmount: number;
  readonly refundedAmount: number;
}

const LOOKERS = 16;
/** How long a system may take to finish what was under way. In ms. */
const REST_MS = 30_000;
const LOOK_AGAIN_MS = 500;

/** Loads the system, kills it, starts it again and holds what was told against what it and the double know. */
export const crash = async (peer: Peer, running: RunningPeer, options: CrashOptions): Promise<Crash> => {
  const file = join(options.folder, "memories.json");
  const { commands } = (await import(peer.commands)) as { commands: Commands };
  let restarted: Promise<void> = Promise.resolve();
  await runClient(
    {
      url: running.url,
      commands: peer.commands,
      clients: options.clients,
      name: "life-crash",
      warmUpSeconds: options.seconds,
      seconds: 600,
      memories: file,
    },
    {
      begun: () => {
        restarted = running.crash();
      },
      ended: () => {},
    },
  );
  await restarted;
  const memories = JSON.parse(readFileSync(file, "utf8")) as Memory[];

  let open: readonly Memory[] = memories;
  let wrong: readonly Verdict[] = [];
  for (const deadline = Date.now() + REST_MS; ; await Bun.sleep(LOOK_AGAIN_MS)) {
    const accounts = await accountsOf(options.doubleUrl);
    const verdicts = await lookAtAll(running.url, commands, open, accounts);
    wrong = verdicts.filter(({ lost, doubled, unsettled }) => lost > 0 || doubled || unsettled);
    open = wrong.map(({ memory }) => memory);
    if (open.length === 0 || Date.now() > deadline) break;
  }
  return {
    orders: memories.length,
    acknowledged: memories.reduce((sum, { told }) => sum + told.length, 0),
    lost: wrong.reduce((sum, one) => sum + one.lost, 0),
    doubled: wrong.filter(({ doubled }) => doubled).length,
    unsettled: wrong.filter(({ unsettled }) => unsettled).length,
  };
};

interface Verdict {
  readonly memory: Memory;
  readonly lost: number;
  readonly doubled: boolean;
  readonly unsettled: boolean;
}

const accountsOf = async (doubleUrl: string): Promise<ReadonlyMap<string, Account>> => {
  const response = await fetch(`${doubleUrl}/mock/accounts`);
  const { accounts } = (await response.json()) as { accounts: Account[] };
  return new Map(accounts.map((account) => [account.paymentKey, account]));
};

const lookAtAll = async (
  url: string,
  commands: Commands,
  memories: readonly Memory[],
  accounts: ReadonlyMap<string, Account>,
): Promise<Verdict[]> => {
  const verdicts: Verdict[] = [];
  const left = memories.values();
  const look = async () => {
    const line = await openLine(url);
    for (const memory of left) {
      const order = orderOf(memory.name);
      const said: Said = { ...commands.idOf?.(order), ...memory.said };
      const answer = await line.ask(commands.look(order, said));
      const standing = answer.status === 200 ? commands.standing(answer, order) : nothing;
      verdicts.push(judge(memory, standing, accounts.get(order.paymentKey)));
    }
    line.close();
  };
  await Promise.all(Array.from({ length: LOOKERS }, look));
  return verdicts;
};

const nothing: Standing = { step: "none", paid: 0, refunded: 0 };

const judge = (memory: Memory, { step, paid, refunded }: Standing, account: Account | undefined): Verdict => {
  const captured = account?.capturedAmount ?? 0;
  const returned = account?.refundedAmount ?? 0;
  return {
    memory,
    lost: Math.max(0, memory.told.length - (steps.indexOf(step as never) + 1)),
    doubled: captured > PAID || returned > REFUNDED,
    unsettled: captured !== paid || returned !== refunded,
  };
};
