/** Somebody pressed Ctrl-C, or the process was told to end. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** What `work` comes to, or the signal's reason as soon as it is given: `work` then goes on unheeded. */
export const within = async <T>(signal: AbortSignal, work: Promise<T>): Promise<T> => {
  work.catch(() => {});
  signal.throwIfAborted();
  const given = Promise.withResolvers<never>();
  const give = () => given.reject(signal.reason);
  signal.addEventListener("abort", give);
  try {
    return await Promise.race([work, given.promise]);
  } finally {
    signal.removeEventListener("abort", give);
  }
};
