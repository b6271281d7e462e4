import { expect, spyOn, test } from "bun:test";
import { RetryableError } from "../../actors/errors.ts";
import { endWith } from "../../deploy/settlement-end.ts";
import { explain } from "../../deploy/start-error.ts";
import { RetryableSettlementError } from "../../settlement/errors.ts";

/** What `await using` throws when `failure` ended its block, and letting go of something then failed as well. */
const thenCouldNotLetGo = async (failure: Error): Promise<unknown> => {
  try {
    await using opened = new AsyncDisposableStack();
    opened.defer(() => Promise.reject(new Error("the store is away")));
    throw failure;
  } catch (thrown) {
    return thrown;
  }
};

test("explain_namesWhatWentWrongFirst_lettingGoFailedToo", async () => {
  const failure = new RetryableError("BUS_UNAVAILABLE", { message: "No NATS server answers." });
  const thrown = await thenCouldNotLetGo(failure);
  expect(thrown).toBeInstanceOf(SuppressedError);
  const { message, exitCode } = explain(thrown);
  expect(message).toBe("Jumun did not start. BUS_UNAVAILABLE: No NATS server answers.");
  expect(exitCode).toBe(1);
});

test("endWith_saysRunItAgain_lettingGoFailedToo", async () => {
  const said = spyOn(console, "error").mockImplementation(() => {});
  const failure = new RetryableSettlementError("LOG_UNAVAILABLE", { message: "Kafka is away." });
  expect(endWith(await thenCouldNotLetGo(failure))).toBe(69);
  expect(said.mock.calls.flat().join()).toContain("Run it again");
  said.mockRestore();
});
