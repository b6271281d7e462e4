import type { Clock } from "../../actors/ports.ts";
import { startTossMock, type TossMock, type TossMockOptions } from "../toss/mod.ts";
import { createLogBook, type LogBook } from "./log-book.ts";
import { type Node, type NodeOptions, startNode } from "./node.ts";
import { type OrderStory, type Placing, placeOrder, tellOrder } from "./order-story.ts";
import type { Stack } from "./stacks.ts";

export interface ShopOptions extends NodeOptions {
  readonly mock?: TossMockOptions;
}

/** A shop on one stack: a Toss of its own, and one node to begin with. */
export interface Shop {
  readonly mock: TossMock;
  readonly log: LogBook;
  readonly clock: Clock;
  /** The node that orders are told through. */
  readonly node: Node;
  /** Starts one more node over the same data. */
  join(options?: NodeOptions): Promise<Node>;
  /** Ends that node and starts another one in its place, over the same data. */
  restart(how: "stop" | "kill", options?: NodeOptions): Promise<Node>;
  place(basket: Basket, placing?: Placing): Promise<OrderStory>;
  placePaid(basket: Basket): Promise<OrderStory>;
  /** An order that was placed in another way. */
  tell(orderId: string): OrderStory;
  /** Moves the time of nodes and Toss. */
  letPass(ms: number): void;
  close(): Promise<void>;
}

/** `{ tea: [3, 1_000] }`: three of tea at 1,000 KRW each. */
export type Basket = Readonly<Record<string, readonly [quantity: number, unitPrice: number]>>;

export const openShop = async (stack: Stack, options: ShopOptions = {}): Promise<Shop> => {
  let passed = 0;
  const clock: Clock = { now: () => Date.now() + passed };
  const log = createLogBook();
  const ground = await stack.ground();
  const mock = await startTossMock({ clock: clock.now, ...options.mock });
  const { url: tossUrl, secretKey, mId } = mock;
  const nodes: Node[] = [];

  const join = async (nodeOptions: NodeOptions = options): Promise<Node> => {
    const node = await startNode({ ground, tossUrl, secretKey, mId, clock, log }, nodeOptions);
    nodes.push(node);
    return node;
  };
  const close = async () => {
    for (const node of nodes) await node.stop();
    await mock.stop();
    await ground.remove();
  };
  const first = async () => {
    try {
      return await join();
    } catch (error) {
      await close();
      throw error;
    }
  };
  let teller = await first();

  const shop: Shop = {
    mock,
    log,
    clock,
    get node() {
      return teller;
    },
    join,
    async restart(how, nodeOptions) {
      await (how === "stop" ? teller.stop() : teller.kill());
      teller = await join(nodeOptions);
      return teller;
    },
    place: (basket, placing) => placeOrder(shop, basket, placing),
    async placePaid(basket) {
      const order = await placeOrder(shop, basket);
      await order.pay();
      await order.until("paid");
      return order;
    },
    tell: (orderId) => tellOrder(shop, orderId),
    letPass(ms) {
      passed += ms;
    },
    close,
  };
  return shop;
};
