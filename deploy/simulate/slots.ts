/** So many tasks at once, and no more. */
export interface Slots {
  /** Waits for a free slot, then starts `task` without waiting for it. Throws what an earlier task threw. */
  start(task: () => Promise<void>): Promise<void>;
  /** Waits for all that were started. Throws what one of them threw. */
  done(): Promise<void>;
}

export const createSlots = (count: number): Slots => {
  let running = 0;
  let freed = Promise.withResolvers<void>();
  let failure: { readonly error: unknown } | undefined;
  const below = async (limit: number): Promise<void> => {
    while (running >= limit && !failure) await freed.promise;
    if (failure) throw failure.error;
  };
  return {
    async start(task) {
      await below(count);
      running += 1;
      void task()
        .catch((error) => {
          failure ??= { error };
        })
        .finally(() => {
          running -= 1;
          freed.resolve();
          freed = Promise.withResolvers();
        });
    },
    done: () => below(1),
  };
};
