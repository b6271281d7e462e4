import { Value } from "@sinclair/typebox/value";
import { Health } from "../../gateway/schemas/operations.ts";
import { createTossWindow } from "./toss.ts";

/** There is no shop here that customers could be sent to. The message says what to do. */
export class NoMockError extends Error {
  override readonly name = "NoMockError";
}

/**
 * The URL of the Toss mock that the gateway pays through: `toss` where it is given, else where the gateway says. Asks
 * only for the gateway's health, so that a real shop is left alone. Throws {@link NoMockError}.
 */
export const findMock = async (url: string, toss?: string): Promise<string> => {
  const { tossMock } = await healthOf(url);
  if (tossMock === undefined) {
    throw new NoMockError(
      `The gateway at ${url} does not pay through the Toss mock, so its orders may be real. Nothing was sent to it. ` +
        "Start one for this with `bun run start --mock`, or give it the secret key of `bun run toss:mock`.",
    );
  }
  const mock = toss ?? tossMock;
  try {
    await createTossWindow(mock).accounts();
  } catch (error) {
    throw new NoMockError(
      `${error instanceof Error ? error.message : error}. Say where it is with --toss; the gateway says ${tossMock}.`,
    );
  }
  return mock;
};

const healthOf = async (url: string): Promise<Health> => {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(10_000) });
    return Value.Parse(Health, await response.json());
  } catch (error) {
    throw new NoMockError(
      `No gateway answers at ${url} (${error instanceof Error ? error.message : error}). ` +
        "Start one with `bun run start --mock`, or say where it is with --url.",
    );
  }
};
