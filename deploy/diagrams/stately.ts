import type { AnyStateMachine } from "xstate";

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * A machine's definition as the pure JSON that Stately Studio imports and `createMachine` takes: guards and actions by
 * their names and params. The initial context is made of an order's first command, so it is left out.
 *
 * @throws a TypeError that names the place of a function: guards and actions need names, given in `setup`.
 */
export const statelyOf = (machine: AnyStateMachine): Json => {
  const { context: _, ...config } = machine.config;
  return jsonOf(config, machine.id);
};

const jsonOf = (value: unknown, path: string): Json => {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((one, i) => jsonOf(one, `${path}[${i}]`));
  if (typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, one]) => one !== undefined)
        .map(([key, one]) => [key, jsonOf(one, `${path} › ${key}`)]),
    );
  }
  throw new TypeError(
    `${path} is a ${typeof value}, which JSON can't hold. Name it in the machine's setup().`,
  );
};
