import { useEffect, useRef, useState } from "preact/hooks";
import type { OrderView } from "../../schemas/order.ts";
import { get } from "../api/http.ts";
import { type Meaning, patterns, type Understood } from "./understand.ts";

/** Something that can be gone to, with the order that was found by it. */
export interface Hit {
  readonly meaning: Meaning;
  readonly order?: OrderView;
}

export interface Hits {
  readonly of: Understood;
  readonly hits: readonly Hit[];
}

/** How long nobody has to type before the orders are asked. ms */
const PAUSE = 150;

/** As the gateway makes them. */
const madeId = /^o[A-Za-z0-9_-]{22}$/;

/** What a plain word finds among the orders: by order id, by payment key, by customer. */
const lookUp = async (word: string, signal?: AbortSignal): Promise<Hit[]> => {
  const listed = async (name: "customerId" | "paymentKey"): Promise<Hit[]> => {
    if (!patterns[name].test(word)) return [];
    const got = await get<{ orders: OrderView[] }>(
      `/orders?limit=1&${name}=${encodeURIComponent(word)}`,
      signal,
    );
    const order = got.ok ? got.data.orders[0] : undefined;
    return order ? [{ meaning: { kind: "filter", filters: { [name]: word } }, order }] : [];
  };
  const opened = async (): Promise<Hit[]> => {
    if (!patterns.orderId.test(word)) return [];
    const got = await get<OrderView>(`/orders/${encodeURIComponent(word)}`, signal);
    return got.ok ? [{ meaning: { kind: "order", orderId: word }, order: got.data }] : [];
  };
  const made = madeId.test(word);
  const hits = await Promise.all([made ? opened() : [], listed("paymentKey"), listed("customerId")]);
  // An order that is not there is an error to the browser: it is asked for only when nothing else is left.
  return hits.some((found) => found.length > 0) || made ? hits.flat() : opened();
};

/** What the typed text can go to. `now` does not wait for a pause in the typing: for who presses Enter. */
export const useHits = (understood: Understood) => {
  const [found, setFound] = useState<Hits>();
  const asked = useRef<{ word: string; hits: Promise<Hit[]> } | undefined>(undefined);
  const { word } = understood;

  const ask = (text: string): Promise<Hit[]> => {
    if (asked.current?.word !== text) asked.current = { word: text, hits: lookUp(text) };
    return asked.current.hits;
  };

  useEffect(() => {
    if (word === undefined) return;
    let left = false;
    const pause = setTimeout(async () => {
      const hits = await ask(word);
      if (!left) setFound({ of: understood, hits });
    }, PAUSE);
    return () => {
      left = true;
      clearTimeout(pause);
      asked.current = undefined;
    };
  }, [word]);

  const certain = understood.meanings.map((meaning): Hit => ({ meaning }));
  const looked = word !== undefined && found?.of.word === word ? found.hits : undefined;
  return {
    hits: [...(looked ?? []), ...certain],
    /** Still being looked for. */
    looking: word !== undefined && looked === undefined,
    now: async (): Promise<Hit[]> => [...(word === undefined ? [] : await ask(word)), ...certain],
  };
};
