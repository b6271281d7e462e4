import type { Random } from "../../crash/random.ts";
import type { TossMock } from "../../toss/mod.ts";
import { type Request, requestOf } from "./ask.ts";
import type { SharedOrder } from "./board.ts";

/** What a client does next: a command, or a look. */
export type Choice = Request | "order" | "history";

type Make = (order: SharedOrder, key: string, random: Random, mock: TossMock) => Choice;

const onePiece = ({ lines }: SharedOrder, random: Random) => {
  const line = lines[random.between(0, lines.length - 1)];
  return [{ productId: line?.productId ?? "", quantity: 1 }];
};

/** Mostly one that is there, now and then one that is not. */
const someCancellation = ({ cancellations }: SharedOrder, random: Random) =>
  String(random.between(1, cancellations + 1));

const step =
  (path: string): Make =>
  (order, key, random) =>
    requestOf(order.orderId, path, key, { cid: someCancellation(order, random) });

/** How often each is chosen, against the others. */
const choices: readonly (readonly [weight: number, make: Make])[] = [
  [16, () => "order"],
  [6, () => "history"],
  [
    10,
    ({ orderId, totalAmount: amount }, key, random, mock) => {
      const decline = random.between(1, 8) === 1 ? { decline: "REJECT_CARD_PAYMENT" as const } : {};
      const { paymentKey } = mock.authenticate({ orderId, amount, ...decline });
      return requestOf(orderId, "/payment", key, { body: { paymentKey, amount } });
    },
  ],
  [
    10,
    (order, key, random) =>
      requestOf(order.orderId, "/cancellations", key, {
        body: { lines: onePiece(order, random), reason: "변심" },
      }),
  ],
  [14, step("/cancellations/:cid/restock")],
  [3, step("/cancellations/:cid/withdrawal")],
  [1, step("/cancellations/:cid/refund")],
  [
    4,
    (order, key, random) =>
      requestOf(order.orderId, "/purchase-confirmation", key, { body: { lines: onePiece(order, random) } }),
  ],
  [
    8,
    (order, _key, random) => order.asked[random.between(0, Math.max(0, order.asked.length - 1))] ?? "order",
  ],
];
const total = choices.reduce((sum, [weight]) => sum + weight, 0);

export const choose: Make = (order, key, random, mock) => {
  let left = random.next() * total;
  for (const [weight, make] of choices) {
    left -= weight;
    if (left < 0) return make(order, key, random, mock);
  }
  return "order";
};
