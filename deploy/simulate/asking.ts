import type { Command, Http, Reply } from "./http.ts";
import type { Memory } from "./memory.ts";
import type { Random } from "./random.ts";
import type { Tally } from "./tally.ts";

/** How a request is to be answered. */
export interface Expected {
  readonly status: number;
  readonly code?: string;
}

export interface AskingParts {
  readonly http: Http;
  readonly tally: Tally;
  readonly random: Random;
  /** Begins each Idempotency-Key; no other visit has it. */
  readonly visit: string;
  /** The mean pause between two steps, in ms. */
  readonly thinkMs: number;
  /** How long an order may take to come to where it is awaited, in ms. */
  readonly giveUpMs: number;
}

/** Thrown where a script can't go on. What was wrong is in the tally. */
export class BrokenOffError extends Error {
  override readonly name = "BrokenOffError";
}

/** One in so many requests is sent twice at once, as by a double-click. */
const DOUBLE_CLICKS = 0.1;
/** One in so many visits ends with an old request sent once more. */
const REPEATS = 0.25;
const LOOK_FIRST_MS = 20;
const LOOK_LAST_MS = 500;

const answeredAsExpected = "requests are answered as the script expects";
const sameReply = "the same Idempotency-Key gets the same reply";
const comesToRest = "an order gets to where it is awaited";

/** How a customer asks: pauses, clicks twice, compares, remembers. */
export interface Asking {
  /** One request, after a pause. Throws {@link BrokenOffError} when it is not answered as expected. */
  act(action: string, path: string, body: object, expected: Expected): Promise<Reply>;
  /** Reads the order until `enough`. Throws {@link BrokenOffError} when it takes too long. */
  until(what: string, enough: (order: Record<string, unknown>) => boolean): Promise<void>;
  /** Sometimes sends an old request once more, long after its answer. */
  repeatSometimes(): Promise<void>;
}

export const createAsking = (parts: AskingParts, memory: Memory): Asking => {
  const { http, tally, random, visit, thinkMs, giveUpMs } = parts;
  const sent: { readonly command: Command; readonly reply: Reply }[] = [];
  let steps = 0;

  const compare = ({ action }: Command, first: Reply, again: Reply) =>
    tally.check(
      sameReply,
      memory.orderId,
      first.status === again.status && first.text === again.text,
      () => `${action}: ${first.status} ${first.text} and then ${again.status} ${again.text}`,
    );

  const remember = (command: Command, reply: Reply) => {
    sent.push({ command, reply });
    const { commandId, state, event, seq, code, orderId } = reply.body;
    if (memory.orderId === "" && typeof orderId === "string") memory.orderId = orderId;
    if (typeof commandId !== "string") return;
    const accepted = reply.status < 300;
    const took = accepted || code === "PAYMENT_DECLINED" || code === "PAYMENT_STRAYED";
    memory.told.push({ action: command.action, commandId, took, ...(accepted && { state, event, seq }) });
  };

  return {
    async act(action, path, body, expected) {
      steps += 1;
      const command: Command = { action, path, body, key: `${visit}-${steps}` };
      // Drawn before anything is awaited, so that a seed always means the same visits.
      const twice = random.next() < DOUBLE_CLICKS;
      const pauseMs = -Math.log(1 - random.next()) * thinkMs;
      if (pauseMs >= 1) await Bun.sleep(pauseMs);
      const [reply, again] = await Promise.all([http.send(command), twice ? http.send(command) : undefined]);
      remember(command, reply);
      if (again) compare(command, reply, again);
      const { status, code } = expected;
      const fits = reply.status === status && (!code || reply.body.code === code);
      tally.check(answeredAsExpected, memory.orderId, fits, () => {
        const answer = `${reply.status} ${reply.text}`;
        return `${memory.script}: ${action} was answered ${answer}, not ${status} ${code ?? ""}`;
      });
      if (!fits) throw new BrokenOffError(action);
      return reply;
    },

    async until(what, enough) {
      const deadline = performance.now() + giveUpMs;
      for (let wait = LOOK_FIRST_MS; ; wait = Math.min(wait * 2, LOOK_LAST_MS)) {
        const order = (await http.get("read", `/orders/${memory.orderId}`)) as Record<string, unknown>;
        const there = enough(order);
        if (there || performance.now() > deadline) {
          const found = () => `${memory.script}: it is ${String(order.state)}, not ${what}`;
          tally.check(comesToRest, memory.orderId, there, found);
          if (!there) throw new BrokenOffError(what);
          return;
        }
        await Bun.sleep(wait);
      }
    },

    async repeatSometimes() {
      const again = random.next() < REPEATS && sent[random.between(0, sent.length - 1)];
      if (again) compare(again.command, again.reply, await http.send({ ...again.command, action: "repeat" }));
    },
  };
};
