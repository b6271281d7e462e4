import { useEffect, useRef, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { paths } from "../route.ts";

/** How long scrubbing rests before the address follows: browsers refuse hundreds of changes a second. ms */
const REST = 200;

export interface At {
  /** Undefined: now. */
  readonly at: number | undefined;
  readonly go: (seq: number | undefined) => void;
}

/** The step of the history that is looked at, kept in the address as `?at=`. */
export const useAt = (orderId: string): At => {
  const { query, path, route } = useLocation();
  const inAddress = /^[1-9][0-9]{0,14}$/.test(query.at ?? "") ? Number(query.at) : undefined;
  const [at, setAt] = useState(inAddress);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    setAt(inAddress);
  }, [inAddress]);
  useEffect(() => () => clearTimeout(rest.current), []);

  const go = (seq: number | undefined) => {
    setAt(seq);
    clearTimeout(rest.current);
    rest.current = setTimeout(() => {
      if (path === location.pathname) route(paths.order(orderId, seq), true);
    }, REST);
  };
  return { at, go };
};
