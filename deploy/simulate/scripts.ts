import type { OrderState } from "../../machines/mod.ts";
import type { Customer } from "./customer.ts";
import type { Random } from "./random.ts";

/** One way of a customer through the shop. */
export interface Script {
  readonly name: string;
  /** How often it is chosen, against the others. */
  readonly weight: number;
  /** Least pieces of its first product. */
  readonly pieces: number;
  /** Walks it; where the order must stand afterwards. */
  run(customer: Customer): Promise<readonly OrderState[]>;
}

/** What a card company says no with, most of the time. */
const declines = [
  "REJECT_CARD_PAYMENT",
  "REJECT_CARD_COMPANY",
  "EXCEED_MAX_DAILY_PAYMENT_COUNT",
  "INVALID_STOPPED_CARD",
] as const;

const placeAndPay = async (customer: Customer): Promise<void> => {
  await customer.place();
  await customer.pay();
};

/** Cancels these pieces (all that are open when left out), sends them back and gets the money. */
const giveBack = async (customer: Customer, pieces?: ReturnType<Customer["onePiece"]>): Promise<void> => {
  const id = await customer.cancel(pieces);
  await customer.restock(id);
  await customer.refunded(id);
};

const returned = (customer: Customer): readonly OrderState[] =>
  customer.memory.lines.every(({ quantity, refunded }) => quantity === refunded)
    ? ["refunded"]
    : ["partiallyRefunded"];

/** An order left alone expires after its payment window. */
const unpaid: readonly OrderState[] = ["ordered", "expired"];

export const scripts: readonly Script[] = [
  {
    name: "pays",
    weight: 24,
    pieces: 1,
    async run(customer) {
      await placeAndPay(customer);
      return ["paid"];
    },
  },
  {
    name: "is declined, then pays",
    weight: 10,
    pieces: 1,
    async run(customer) {
      await customer.place();
      for (let n = customer.random.between(1, 2); n > 0; n -= 1) {
        await customer.payInVain(customer.random.pick(declines));
      }
      await customer.pay();
      return ["paid"];
    },
  },
  {
    name: "is declined and leaves",
    weight: 4,
    pieces: 1,
    async run(customer) {
      await customer.place();
      await customer.payInVain(customer.random.pick(declines));
      return unpaid;
    },
  },
  {
    name: "abandons",
    weight: 8,
    pieces: 1,
    async run(customer) {
      await customer.place();
      return unpaid;
    },
  },
  {
    name: "cancels before paying",
    weight: 6,
    pieces: 1,
    async run(customer) {
      await customer.place();
      await customer.cancelUnpaid();
      await customer.payTooLate("ORDER_NOT_PAYABLE");
      return ["canceled"];
    },
  },
  {
    name: "gives a part back",
    weight: 12,
    pieces: 2,
    async run(customer) {
      await placeAndPay(customer);
      await giveBack(customer, customer.onePiece());
      return ["partiallyRefunded"];
    },
  },
  {
    name: "gives all back",
    weight: 6,
    pieces: 1,
    async run(customer) {
      await placeAndPay(customer);
      await giveBack(customer);
      await customer.refused("/purchase-confirmation", {}, 409, "NOTHING_TO_CONFIRM");
      await customer.payTooLate("ORDER_NOT_PAYABLE");
      return ["refunded"];
    },
  },
  {
    name: "cancels several times",
    weight: 7,
    pieces: 2,
    async run(customer) {
      await placeAndPay(customer);
      const first = await customer.cancel(customer.onePiece());
      const second = await customer.cancel(customer.random.between(0, 1) ? customer.onePiece() : undefined);
      // Both parcels come at once, and the later one is opened first.
      await Promise.all([customer.restock(second), customer.restock(first)]);
      await customer.refunded(first);
      await customer.refunded(second);
      return returned(customer);
    },
  },
  {
    name: "changes its mind twice",
    weight: 5,
    pieces: 1,
    async run(customer) {
      await placeAndPay(customer);
      const id = await customer.cancel(customer.onePiece());
      await customer.withdraw(id);
      await customer.refused(`/cancellations/${id}/restock`, {}, 409, "CANCELLATION_WITHDRAWN");
      return ["paid"];
    },
  },
  {
    name: "confirms a part",
    weight: 6,
    pieces: 2,
    async run(customer) {
      await placeAndPay(customer);
      await customer.confirm(customer.onePiece());
      const [line] = customer.memory.lines;
      const all = { lines: [{ productId: line?.productId, quantity: line?.quantity }], reason: "늦었지만" };
      await customer.refused("/cancellations", all, 409, "ITEM_ALREADY_CONFIRMED");
      return ["paid"];
    },
  },
  {
    name: "confirms all",
    weight: 8,
    pieces: 1,
    async run(customer) {
      await placeAndPay(customer);
      await customer.confirm();
      await customer.refused("/cancellations", { reason: "늦었지만" }, 409, "NOTHING_TO_CANCEL");
      return ["purchaseConfirmed"];
    },
  },
  {
    name: "keeps a part, gives the rest back",
    weight: 5,
    pieces: 2,
    async run(customer) {
      await placeAndPay(customer);
      await customer.confirm(customer.onePiece());
      await giveBack(customer);
      return ["partiallyRefunded"];
    },
  },
  {
    name: "asks for too much",
    weight: 3,
    pieces: 1,
    async run(customer) {
      await placeAndPay(customer);
      const [line] = customer.memory.lines;
      const more = { lines: [{ productId: line?.productId, quantity: 9_999 }], reason: "전부 다" };
      await customer.refused("/cancellations", more, 422, "QUANTITY_EXCEEDS_LINE");
      await customer.refused("/cancellations/7/restock", {}, 404, "CANCELLATION_NOT_FOUND");
      await customer.payTooLate("ORDER_NOT_PAYABLE");
      return ["paid"];
    },
  },
];

const total = scripts.reduce((sum, { weight }) => sum + weight, 0);

export const chooseScript = (random: Random): Script => {
  let left = random.next() * total;
  for (const script of scripts) {
    left -= script.weight;
    if (left < 0) return script;
  }
  return scripts[0] as Script;
};
