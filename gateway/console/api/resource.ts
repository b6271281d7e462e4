import { useEffect, useState } from "preact/hooks";
import { get, type Trouble } from "./http.ts";

export interface Resource<T> {
  /** The newest answer; kept while it is read again. */
  readonly data: T | undefined;
  readonly trouble: Trouble | undefined;
  readonly loading: boolean;
  /** Reads it again. */
  readonly reload: () => void;
}

/** What was read lately, by path, so that going back shows the same page at once and keeps its place. */
const lately = new Map<string, unknown>();
const KEPT = 60;

export const remember = (path: string, data: unknown): void => {
  lately.delete(path);
  lately.set(path, data);
  const oldest = lately.keys().next();
  if (lately.size > KEPT && !oldest.done) lately.delete(oldest.value);
};

/** `GET path` as a component sees it: what was read lately at once, then what is true now. Undefined: nothing yet. */
export const useResource = <T>(path: string | undefined): Resource<T> => {
  const [turn, setTurn] = useState(0);
  const [read, setRead] = useState<{ path?: string; turn?: number; data?: T; trouble?: Trouble }>({});
  useEffect(() => {
    if (path === undefined) return;
    const leaving = new AbortController();
    get<T>(path, leaving.signal).then((got) => {
      if (leaving.signal.aborted) return;
      if (got.ok) remember(path, got.data);
      setRead(got.ok ? { path, turn, data: got.data } : { path, turn, trouble: got.trouble });
    });
    return () => leaving.abort();
  }, [path, turn]);
  const current = read.path === path ? read : undefined;
  const data = path === undefined ? undefined : (current?.data ?? (lately.get(path) as T | undefined));
  return {
    data,
    trouble: current?.trouble,
    loading: path !== undefined && (current === undefined || current.turn !== turn),
    reload: () => setTurn((now) => now + 1),
  };
};
