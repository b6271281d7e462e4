import { type Commands, type Order, orderOf, type Said, type Step, steps } from "../life.ts";
import type { Answer, Ask } from "./line.ts";
import { type Line, openLine } from "./line.ts";

/** What a client was told of one order: all that must still be true after any crash. */
export interface Memory {
  readonly name: string;
  said: Said;
  /** Acknowledged, in order. */
  readonly told: Step[];
  /** Asked and not answered: it may or may not have happened. */
  doubt?: Step;
}

export interface LoadOptions {
  readonly url: string;
  readonly commands: Commands;
  readonly clients: number;
  /** Begins the name of every order; no other load of the run has it. */
  readonly name: string;
  /** Told how long each command took, from asking to its durable end. In ms. */
  onCommand(step: Step, tookMs: number): void;
  /** What became of each order; keeps none when left out. */
  readonly memories?: Memory[];
}

export interface Load {
  /** Lets the lives under way end and begins no others. */
  finish(): Promise<void>;
  /** Ends as soon as a connection is lost; what was under way is in doubt. Rejects for any other failure. */
  readonly broken: Promise<void>;
}

/** Between two looks at a refund that follows by itself, where the first did not wait for it. In ms. */
const LOOK_AGAIN_MS = 5;
const ACCEPTED = 202;

/** `clients` customers at once, each with a connection of its own and one life after the other. */
export const startLoad = async (options: LoadOptions): Promise<Load> => {
  const { url, clients, name } = options;
  const lines = await Promise.all(Array.from({ length: clients }, () => openLine(url)));
  let finishing = false;
  let next = 0;
  const loops = lines.map(async (line) => {
    while (!finishing) {
      next += 1;
      await live(line, orderOf(`${name}-${next}`), options);
    }
  });
  return {
    async finish() {
      finishing = true;
      await Promise.all(loops);
      for (const line of lines) line.close();
    },
    broken: Promise.allSettled(loops).then((ends) => {
      const failures = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
      const other = failures.find((failure) => failure instanceof UnexpectedError);
      if (other) throw other;
    }),
  };
};

/** A server answered, and not with success: the bench's own fault, or a system that can't be measured. */
export class UnexpectedError extends Error {
  override readonly name = "UnexpectedError";
}

const live = async (line: Line, order: Order, options: LoadOptions): Promise<void> => {
  const { commands, onCommand, memories } = options;
  const memory: Memory = { name: order.name, said: {}, told: [] };
  memories?.push(memory);
  for (const step of steps) {
    const since = performance.now();
    memory.doubt = step;
    const request: Ask | undefined = commands[step]?.(order, memory.said);
    if (request) {
      const answer = await askUntilDone(line, request);
      memory.said = { ...memory.said, ...saidBy(commands, answer, step, order) };
    } else await lookUntilRefunded(line, order, memory.said, commands);
    delete memory.doubt;
    memory.told.push(step);
    onCommand(step, performance.now() - since);
  }
};

/** Again under the same key while the answer is that it will be done: its step is not known to be durable before. */
const askUntilDone = async (line: Line, request: Ask): Promise<Answer> => {
  for (;;) {
    const answer = await line.ask(request);
    if (answer.status !== ACCEPTED) return answer;
    await Bun.sleep(LOOK_AGAIN_MS);
  }
};

const saidBy = (commands: Commands, answer: Answer, step: Step, order: Order): Said => {
  try {
    return commands.said(answer, step, order);
  } catch (error) {
    throw new UnexpectedError(`${order.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const lookUntilRefunded = async (line: Line, order: Order, said: Said, { refunded }: Commands) => {
  if (!refunded)
    throw new UnexpectedError("There is neither a command for a refund nor a way to look for it.");
  while (!refunded.done(await line.ask(refunded.look(order, said)))) await Bun.sleep(LOOK_AGAIN_MS);
};
