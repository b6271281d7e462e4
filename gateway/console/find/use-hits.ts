import { useEffect, useRef, useState } from "preact/hooks";
import type { OrderView } from "../../schemas/order.ts";
import { type Got, get } from "../api/http.ts";
import { type Meaning, patterns, type Understood } from "./understand.ts";

/** Something that can be gone to, with the order that was found by it. */
export interface Hit {
  readonly meaning: Meaning;
  readonly order?: OrderView;
}

export interface Hits {
  readonly of: Understood;
  /** Undefined: the orders could not be asked. */
  readonly hits: readonly Hit[] | undefined;
}

/** How long nobody has to type before the orders are asked. ms */
const PAUSE = 150;

/** As the gateway makes them. */
const madeId = /^o[A-Za-z0-9_-]{22}$/;

/** What a plain word finds among the orders: by order id, by payment key, by customer. Undefined: it can't be told. */
const lookUp = async (word: string): Promise<Hit[] | undefined> => {
  let untold = false;
  const note = (got: Got<unknown>) => {
    untold ||= !got.ok && (got.trouble.kind === "away" || got.trouble.problem.status >= 500);
  };
  const listed = async (name: "customerId" | "paymentKey"): Promise<Hit[]> => {
    if (!patterns[name].test(word)) return [];
    const got = await get<{ orders: OrderView[] }>(`/orders?limit=1&${name}=${encodeURIComponent(word)}`);
    note(got);
    const order = got.ok ? got.data.orders[0] : undefined;
    return order ? [{ meaning: { kind: "filter", filters: { [name]: word } }, order }] : [];
  };
  const opened = async (): Promise<Hit[]> => {
    if (!patterns.orderId.test(word)) return [];
    const got = await get<OrderView>(`/orders/${encodeURIComponent(word)}`);
    note(got);
    return got.ok ? [{ meaning: { kind: "order", orderId: word }, order: got.data }] : [];
  };
  const made = madeId.test(word);
  const hits = await Promise.all([made ? opened() : [], listed("paymentKey"), listed("customerId")]);
  // An order that is not there is an error to the browser: it is asked for only when nothing else is left.
  const found = hits.some((some) => some.length > 0) || made ? hits.flat() : await opened();
  return found.length === 0 && untold ? undefined : found;
};

/** What the typed text can go to. `now` does not wait for a pause in the typing: for who presses Enter. */
export const useHits = (understood: Understood) => {
  const [found, setFound] = useState<Hits>();
  const asked = useRef<{ word: string; hits: Promise<Hit[] | undefined> } | undefined>(undefined);
  const { word } = understood;

  const ask = (text: string): Promise<Hit[] | undefined> => {
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
  const looked = word !== undefined && found?.of.word === word ? found : undefined;
  return {
    hits: [...(looked?.hits ?? []), ...certain],
    /** Still being looked for. */
    looking: word !== undefined && looked === undefined,
    /** The orders could not be asked. */
    away: looked !== undefined && looked.hits === undefined,
    now: async (): Promise<Hit[]> => {
      const found = word === undefined ? undefined : await ask(word);
      return [...(found ?? []), ...certain];
    },
  };
};
