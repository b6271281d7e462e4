/**
 * Waits `ms`, or until the signal is given, or until one of `wakers` is called; never rejects. It leaves nothing
 * behind at either, since a consumer waits again and again as long as it lives.
 */
export const pause = (ms: number, signal: AbortSignal, wakers?: Set<() => void>): Promise<void> => {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const finish = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", finish);
    wakers?.delete(finish);
    resolve();
  };
  const timer = setTimeout(finish, ms);
  signal.addEventListener("abort", finish);
  wakers?.add(finish);
  return promise;
};
