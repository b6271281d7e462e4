import { describe, expect, test } from "bun:test";
import {
  cancelRequest,
  confirmRequest,
  deadUrl,
  listenToss,
  paymentBody,
  serveToss,
  tossAt,
} from "./toss-double.ts";

const PAYMENT_KEY = confirmRequest.paymentKey;

describe("no answer", () => {
  test("confirm_isUnknown_noAnswerWithinTheTimeout", async () => {
    using server = listenToss(() => {});
    expect(await tossAt(server.url, { timeoutMs: 50 }).confirm(confirmRequest, "k")).toEqual({
      kind: "unknown",
      reason: "no answer from Toss (no whole answer within 50 ms)",
    });
    expect(server.count).toBe(1);
  });

  test("confirm_isUnknown_answerStopsHalfWay", async () => {
    using server = listenToss((_, socket) => {
      socket.write(
        'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"paymentKey":',
      );
    });
    expect(await tossAt(server.url, { timeoutMs: 50 }).confirm(confirmRequest, "k")).toMatchObject({
      kind: "unknown",
      reason: expect.stringContaining("within 50 ms"),
    });
  });

  test("confirm_isUnknown_connectionEndsHalfWayThroughTheAnswer", async () => {
    using server = listenToss((_, socket) => {
      socket.write(
        'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"paymentKey":',
      );
      socket.end();
    });
    expect(await tossAt(server.url).confirm(confirmRequest, "k")).toMatchObject({ kind: "unknown" });
  });

  test.each(["confirm", "cancel"] as const)(
    "%s_isUnknownAndSentOnce_connectionDropped",
    async (operation) => {
      using server = listenToss((_, socket) => socket.terminate());
      const toss = tossAt(server.url);
      const reply =
        operation === "confirm"
          ? await toss.confirm(confirmRequest, "k")
          : await toss.cancel(cancelRequest, "k");
      expect(reply).toMatchObject({ kind: "unknown" });
      expect(server.count).toBe(1);
    },
  );

  test("confirm_isUnknown_bytesThatAreNotHttp", async () => {
    using server = listenToss((_, socket) => {
      socket.write("SSH-2.0-hello\r\n\r\n");
      socket.end();
    });
    expect(await tossAt(server.url).confirm(confirmRequest, "k")).toMatchObject({ kind: "unknown" });
  });
});

describe("no connection", () => {
  test("confirm_isNotSent_nobodyListens", async () => {
    const toss = tossAt(deadUrl());
    const expected = {
      kind: "notSent",
      reason: "no connection to Toss (ECONNREFUSED); nothing was sent",
    } as const;
    expect(await toss.confirm(confirmRequest, "k")).toEqual(expected);
    expect(await toss.cancel(cancelRequest, "k")).toEqual(expected);
  });

  test("confirm_isNotSent_hostNameUnknown", async () => {
    const toss = tossAt("https://toss.invalid");
    expect(await toss.confirm(confirmRequest, "k")).toMatchObject({ kind: "notSent" });
  });

  // What makes "refused, so not sent" true: fetch must not send a POST a second time by itself, not even one that has
  // an Idempotency-Key. If it did, the first could have moved money and the second be refused.
  test("confirm_isUnknown_reusedConnectionDropsAndNobodyListensAnyMore", async () => {
    const body = JSON.stringify(paymentBody());
    const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    let connection: unknown;
    let reused = false;
    using server = listenToss((count, socket) => {
      if (count === 1) {
        connection = socket;
        socket.write(head + body);
        return;
      }
      reused = socket === connection;
      server.stopListening();
      socket.terminate();
    });
    const toss = tossAt(server.url);
    expect(await toss.confirm(confirmRequest, "k1")).toMatchObject({ kind: "payment" });
    expect(await toss.confirm(confirmRequest, "k2")).toMatchObject({ kind: "unknown" });
    expect(reused).toBe(true);
    expect(server.count).toBe(2);
  });

  test("lookup_isUnknown_nobodyListens", async () => {
    expect(await tossAt(deadUrl()).lookup(PAYMENT_KEY)).toMatchObject({ kind: "unknown" });
  });
});

test("confirm_reachesTheServer_afterAConnectionWentStale", async () => {
  await using server = serveToss(() => Response.json(paymentBody(), { headers: { Connection: "close" } }));
  const toss = tossAt(server.url);
  for (const key of ["k1", "k2", "k3"]) {
    expect(await toss.confirm(confirmRequest, key)).toMatchObject({ kind: "payment" });
  }
  expect(server.seen.length).toBe(3);
});
