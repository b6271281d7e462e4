import { afterAll } from "bun:test";
import type { Payment } from "./mod.ts";

/** One webhook as it arrived. */
export interface Received {
  readonly id: string;
  readonly time: string;
  readonly retriedCount: string;
  readonly signature: string | null;
  readonly body: { eventType?: string; createdAt: string; data?: Payment; [field: string]: unknown };
}

/** A receiver of webhooks for one spec file; `answer` decides the status of each, by its number from 0. */
export function receiver(answer: (n: number, webhook: Received) => number | Promise<number> = () => 200) {
  const received: Received[] = [];
  const server = Bun.serve({
    port: 0,
    async fetch(request) {
      const header = (name: string) => request.headers.get(`tosspayments-webhook-${name}`);
      const webhook: Received = {
        id: header("transmission-id") ?? "",
        time: header("transmission-time") ?? "",
        retriedCount: header("transmission-retried-count") ?? "",
        signature: header("signature"),
        body: (await request.json()) as Received["body"],
      };
      return new Response(null, { status: await answer(received.push(webhook) - 1, webhook) });
    },
  });
  afterAll(() => server.stop(true));
  return { url: `http://127.0.0.1:${server.port}/webhooks/toss`, received };
}
