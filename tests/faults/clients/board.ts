import type { Random } from "../../crash/random.ts";
import { placing, type Request } from "./ask.ts";

/** An order that several clients work on at once. */
export interface SharedOrder {
  readonly orderId: string;
  readonly lines: readonly {
    readonly productId: string;
    readonly quantity: number;
    readonly unitPrice: number;
  }[];
  readonly totalAmount: number;
  readonly placing: Request;
  /** Somebody saw it, so it can be worked on. */
  isPlaced: boolean;
  /** How often it was worked on. */
  uses: number;
  /** How many cancellations anybody was told of. */
  cancellations: number;
  /** What it was asked for lately, by anybody: to be asked again. */
  readonly asked: Request[];
}

/** The few orders that are open to all clients: few, so that they meet. */
export interface Board {
  /** One of them, a new one now and then in the place of one that was used up. */
  pick(random: Random): SharedOrder;
  readonly orders: readonly SharedOrder[];
}

/** After so many uses an order makes room for a new one. */
const MOST_USES = 40;
const PLACES = 5;

export const createBoard = (seed: number): Board => {
  const orders: SharedOrder[] = [];
  const places: (SharedOrder | undefined)[] = Array.from({ length: PLACES });
  return {
    orders,
    pick(random) {
      const place = random.between(0, PLACES - 1);
      let order = places[place];
      if (!order || order.uses >= MOST_USES) {
        order = newOrder(`f${seed}-order-${orders.length + 1}`, random);
        places[place] = order;
        orders.push(order);
      }
      order.uses += 1;
      return order;
    },
  };
};

const newOrder = (key: string, random: Random): SharedOrder => {
  const lines = ["tea", "cup", "pot"].slice(0, random.between(1, 3)).map((productId) => ({
    productId,
    quantity: random.between(2, 6),
    unitPrice: 1_000 * random.between(1, 20),
  }));
  const totalAmount = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0);
  const customer = { id: "customer-1", name: "김주문", phone: "010-1234-5678" };
  const request = placing(key, { customer, lines, totalAmount });
  return {
    ...{ orderId: request.orderId, lines, totalAmount, placing: request },
    ...{ isPlaced: false, uses: 0, cancellations: 0, asked: [] },
  };
};
