import { createRequire } from "node:module";
import { Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";

/** The part of kafkajs' queue of requests, one a connection, that this is about. */
interface Queue {
  pending: readonly unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: ReturnType<typeof setTimeout> | null;
  checkPendingRequests(): void;
}

const Methods = Type.Object({
  checkPendingRequests: Type.Function([], Type.Void()),
  scheduleCheckPendingRequests: Type.Function([], Type.Void()),
});

/** As kafkajs has it. */
const CHECK_MS = 10;

/**
 * Mends a timer of kafkajs 2.2.4, whose last release was this. A connection asks to be woken 55 years ago, since its
 * "throttled until" is −1 while no broker throttles it: runtimes make that 1 ms and warn on stderr, and the wake-up
 * sets the next such timer, a thousand times a second on each connection for as long as it lives. Here it sets one
 * only while a request waits. Nothing is done to a kafkajs that is built otherwise.
 */
export const mendKafkajsTimer = (): void => {
  const queueClass: unknown = createRequire(import.meta.url)("kafkajs/src/network/requestQueue");
  const methods: unknown = typeof queueClass === "function" ? queueClass.prototype : undefined;
  if (!Value.Check(Methods, methods)) return;
  methods.scheduleCheckPendingRequests = function (this: Queue) {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const waitMs = this.throttledUntil - Date.now();
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      waitMs > 0 ? waitMs : CHECK_MS,
    );
  };
};
