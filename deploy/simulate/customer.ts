import type { OrderState } from "../../machines/mod.ts";
import { type BasketLine, fillBasket, someCustomer } from "./basket.ts";
import type { Command, Http, Reply } from "./http.ts";
import type { Random } from "./random.ts";
import type { Tally } from "./tally.ts";
import type { TossWindow } from "./toss.ts";

export interface Pieces {
  readonly productId: string;
  readonly quantity: number;
}

/** What a customer was told of a command: to be found in the history, or not to be found there. */
export interface Told {
  readonly action: string;
  readonly commandId: string;
  /** It was accepted, be it to learn that the card was declined. */
  readonly took: boolean;
  readonly state?: unknown;
  readonly event?: unknown;
  readonly seq?: unknown;
}

/** Where a customer believes the pieces of a line to be. */
export interface BookLine extends BasketLine {
  confirmed: number;
  canceling: number;
  refunded: number;
}

/** What a customer remembers of a visit, to be held against the order afterwards. */
export interface Memory {
  orderId: string;
  readonly script: string;
  readonly told: Told[];
  paid: boolean;
  readonly lines: readonly BookLine[];
  /** Where the order must stand at the end; undefined of a visit that broke off. */
  ending?: readonly OrderState[];
}

/** How a request is to be answered. */
interface Expected {
  readonly status: number;
  readonly code?: string;
}

/** Thrown where a script can't go on. What was wrong is in the tally. */
export class BrokenOffError extends Error {
  override readonly name = "BrokenOffError";
}

export interface Place {
  readonly http: Http;
  readonly toss: TossWindow;
  readonly tally: Tally;
  readonly random: Random;
  /** Begins each Idempotency-Key; no other run of the simulation has it. */
  readonly visit: string;
  /** The mean pause between two steps, in ms. */
  readonly thinkMs: number;
  /** How long an order may take to come to where it is awaited, in ms. */
  readonly giveUpMs: number;
}

/** One in so many requests is sent twice at once, as by a double-click. */
const DOUBLE_CLICKS = 0.1;
/** One in so many visits ends with an old request sent once more. */
const REPEATS = 0.25;
const LOOK_FIRST_MS = 20;
const LOOK_LAST_MS = 500;

export const answersAsExpected = "requests are answered as the script expects";
export const sameReply = "the same Idempotency-Key gets the same reply";
export const comesToRest = "an order gets to where it is awaited";

export type Customer = ReturnType<typeof createCustomer>;

/** A customer with a basket of at least `least` pieces of its first product. Each method is one step of a visit. */
export const createCustomer = (place: Place, script: string, least: number) => {
  const { http, toss, tally, random, visit } = place;
  const lines: BookLine[] = fillBasket(random, least).map((line) => ({
    ...line,
    confirmed: 0,
    canceling: 0,
    refunded: 0,
  }));
  const totalAmount = lines.reduce((total, line) => total + line.quantity * line.unitPrice, 0);
  const memory: Memory = { orderId: "", script, told: [], paid: false, lines };
  const sent: { command: Command; reply: Reply }[] = [];
  const returns = new Map<string, readonly Pieces[]>();
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
    const { commandId, state, event, seq, code } = reply.body;
    const took = reply.status < 300 || code === "PAYMENT_DECLINED" || code === "PAYMENT_STRAYED";
    if (typeof commandId !== "string") return;
    memory.told.push({
      action: command.action,
      commandId,
      took,
      ...(reply.status < 300 && { state, event, seq }),
    });
  };

  /** One request, after a pause. Throws {@link BrokenOffError} when it is not answered as expected. */
  const act = async (action: string, path: string, body: object, expected: Expected): Promise<Reply> => {
    steps += 1;
    const command: Command = { action, path, body, key: `${visit}-${steps}` };
    // Drawn before anything is awaited, so that a seed always means the same visits.
    const twice = random.next() < DOUBLE_CLICKS;
    const pause = -Math.log(1 - random.next()) * place.thinkMs;
    if (pause >= 1) await Bun.sleep(pause);
    const [reply, again] = await Promise.all([http.send(command), twice ? http.send(command) : undefined]);
    if (action === "place" && typeof reply.body.orderId === "string") memory.orderId = reply.body.orderId;
    remember(command, reply);
    if (again) compare(command, reply, again);
    const fits = reply.status === expected.status && (!expected.code || reply.body.code === expected.code);
    tally.check(
      answersAsExpected,
      memory.orderId,
      fits,
      () =>
        `${script}: ${action} was answered ${reply.status} ${reply.text}, not ${expected.status} ${expected.code ?? ""}`,
    );
    if (!fits) throw new BrokenOffError(action);
    return reply;
  };

  const order = (rest = "") => `/orders/${memory.orderId}${rest}`;
  const move = (
    pieces: readonly Pieces[],
    from: "canceling" | undefined,
    to: "confirmed" | "canceling" | "refunded" | undefined,
  ) => {
    for (const { productId, quantity } of pieces) {
      const line = lines.find((one) => one.productId === productId);
      if (!line) continue;
      if (from) line[from] -= quantity;
      if (to) line[to] += quantity;
    }
  };
  const open = (): Pieces[] =>
    lines
      .map(({ productId, quantity, confirmed, canceling, refunded }) => ({
        productId,
        quantity: quantity - confirmed - canceling - refunded,
      }))
      .filter(({ quantity }) => quantity > 0);
  const payment = async (decline?: string) => ({
    paymentKey: await toss.authenticate({
      orderId: memory.orderId,
      amount: totalAmount,
      ...(decline && { decline }),
    }),
    amount: totalAmount,
  });

  /** Reads the order until `enough`. Throws {@link BrokenOffError} when it takes too long. */
  const until = async (what: string, enough: (order: Record<string, unknown>) => boolean): Promise<void> => {
    const deadline = performance.now() + place.giveUpMs;
    for (let wait = LOOK_FIRST_MS; ; wait = Math.min(wait * 2, LOOK_LAST_MS)) {
      const reading = (await http.get("read", order())) as Record<string, unknown>;
      const there = enough(reading);
      const late = performance.now() > deadline;
      if (there || late) {
        tally.check(
          comesToRest,
          memory.orderId,
          there,
          () => `${script}: not ${what}: ${String(reading.state)}`,
        );
        if (!there) throw new BrokenOffError(what);
        return;
      }
      await Bun.sleep(wait);
    }
  };

  return {
    memory,
    random,
    lines,
    /** The pieces that are neither confirmed nor on their way back. */
    open,
    /** One piece of the first product. */
    onePiece: (): Pieces[] => [{ productId: lines[0]?.productId ?? "", quantity: 1 }],
    async place() {
      const basket = lines.map(({ productId, name, quantity, unitPrice }) => ({
        productId,
        name,
        quantity,
        unitPrice,
      }));
      const body = { customer: someCustomer(random), lines: basket, totalAmount };
      await act("place", "/orders", body, { status: 201 });
    },
    async pay() {
      await act("pay", order("/payment"), await payment(), { status: 200 });
      memory.paid = true;
    },
    async payInVain(code: string) {
      await act("pay", order("/payment"), await payment(code), { status: 402, code: "PAYMENT_DECLINED" });
    },
    async cancelUnpaid() {
      await act("cancel", order("/cancellations"), { reason: "주문을 잘못 했어요" }, { status: 200 });
    },
    async confirm(pieces?: readonly Pieces[]) {
      const meant = pieces ?? open();
      await act("confirm", order("/purchase-confirmation"), pieces ? { lines: pieces } : {}, { status: 200 });
      move(meant, undefined, "confirmed");
    },
    /** Gives the cancellation's id. */
    async cancel(pieces?: readonly Pieces[]): Promise<string> {
      const meant = pieces ?? open();
      const body = { ...(pieces && { lines: pieces }), reason: "마음이 바뀌었어요" };
      const reply = await act("cancel", order("/cancellations"), body, { status: 201 });
      const id = String(reply.body.cancellationId);
      move(meant, undefined, "canceling");
      returns.set(id, meant);
      return id;
    },
    async withdraw(id: string) {
      await act("withdraw", order(`/cancellations/${id}/withdrawal`), {}, { status: 200 });
      move(returns.get(id) ?? [], "canceling", undefined);
    },
    async restock(id: string) {
      await act("restock", order(`/cancellations/${id}/restock`), {}, { status: 200 });
    },
    /** Waits until the money of a restocked cancellation is back. */
    async refunded(id: string) {
      const isIt = (one: { id?: unknown; state?: unknown }) => one.id === id && one.state === "refunded";
      await until(
        `refunded by cancellation ${id}`,
        ({ cancellations }) => Array.isArray(cancellations) && cancellations.some(isIt),
      );
      move(returns.get(id) ?? [], "canceling", "refunded");
    },
    /** A request that comes too late or asks for too much, and must be refused with `code`. */
    async refused(path: string, body: object, status: number, code: string) {
      await act("refused", order(path), body, { status, code });
    },
    /** Tries to pay what can't be paid (any more). */
    async payTooLate(code: string) {
      await act("refused", order("/payment"), await payment(), { status: 409, code });
    },
    /** Sometimes sends an old request once more, long after its answer. */
    async repeatSometimes() {
      const again = random.next() < REPEATS && sent[random.between(0, sent.length - 1)];
      if (again) compare(again.command, again.reply, await http.send({ ...again.command, action: "repeat" }));
    },
  };
};
