import { effect } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import { get, type Trouble } from "./http.ts";
import { token } from "./session.ts";

export interface Resource<T> {
  /** The newest answer; kept while it is read again. */
  readonly data: T | undefined;
  readonly trouble: Trouble | undefined;
  readonly loading: boolean;
  /** Reads it again; while it is being read, once more afterwards. */
  readonly reload: () => void;
}

/** What was read lately, by path, so that going back shows the same page at once and keeps its place. */
const lately = new Map<string, unknown>();
const KEPT = 60;

/** What one has read is not shown to the next. */
effect(() => {
  token.value;
  lately.clear();
});

export const remember = (path: string, data: unknown): void => {
  lately.delete(path);
  lately.set(path, data);
  const oldest = lately.keys().next();
  if (lately.size > KEPT && !oldest.done) lately.delete(oldest.value);
};

/** How the path that is asked for was read so far. */
interface Read<T> {
  readonly path?: string;
  readonly data?: T;
  readonly trouble?: Trouble;
  readonly again?: boolean;
}

/** `GET path` as a component sees it: what was read lately at once, then what is true now. Undefined: nothing yet. */
export const useResource = <T>(path: string | undefined): Resource<T> => {
  const [read, setRead] = useState<Read<T>>({});
  const reload = useRef(() => {});
  useEffect(() => {
    if (path === undefined) return;
    const leaving = new AbortController();
    let reading = false;
    let wanted = false;

    // One at a time: were each read given up for the next, a page that is told news faster than it can read stays old.
    const readIt = async () => {
      wanted = true;
      if (reading) return;
      reading = true;
      while (wanted) {
        wanted = false;
        const got = await get<T>(path, leaving.signal);
        if (leaving.signal.aborted) return;
        if (got.ok) remember(path, got.data);
        const again = wanted;
        setRead(got.ok ? { path, data: got.data, again } : { path, trouble: got.trouble, again });
      }
      reading = false;
    };
    reload.current = () => {
      setRead((now) => ({ ...now, again: true }));
      readIt();
    };
    readIt();
    return () => leaving.abort();
  }, [path]);
  const current = read.path === path ? read : undefined;
  const data = path === undefined ? undefined : (current?.data ?? (lately.get(path) as T | undefined));
  return {
    data,
    trouble: current?.trouble,
    loading: path !== undefined && (current === undefined || current.again === true),
    reload: () => reload.current(),
  };
};
