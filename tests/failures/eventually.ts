/** How long a test waits for what must come, in ms: generous, since it only ever costs a failing test its time. */
const PATIENCE_MS = 45_000;
const LOOK_EVERY_MS = 8;

/** Resolves with the first defined value of `look`; rejects with what `explain` says when none comes. */
export const eventually = async <T>(
  look: () => T | undefined | Promise<T | undefined>,
  explain: () => string | Promise<string>,
): Promise<T> => {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > until) throw new Error(await explain());
    await Bun.sleep(LOOK_EVERY_MS);
  }
};

/** Resolves once `holds` does. */
export const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
  await eventually(
    async () => ((await holds()) ? true : undefined),
    () => `It did not come to pass: ${what}.`,
  );
};
