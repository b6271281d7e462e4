/** What a call comes to that is never answered. */
export const never = new Promise<never>(() => {});

/**
 * A port as a process has it that can be killed: once dead, no call goes out, and no answer that is on its way comes
 * back. What the port had done by then stays done, as after `kill -9`.
 */
export const mortal = <T extends object>(port: T, isDead: () => boolean): T =>
  new Proxy(port, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value === "object" && value !== null) return mortal(value, isDead);
      if (typeof value !== "function") return value;
      return (...given: unknown[]): unknown => {
        if (isDead()) return never;
        const result: unknown = Reflect.apply(value, target, given);
        return result instanceof Promise ? untilDeath(result, isDead) : result;
      };
    },
  });

const untilDeath = async <T>(work: Promise<T>, isDead: () => boolean): Promise<T> => {
  try {
    const result = await work;
    return isDead() ? never : result;
  } catch (error) {
    if (isDead()) return never;
    throw error;
  }
};
