import { afterAll, expect, test } from "bun:test";
import { createHttp, NoAnswerError } from "../../deploy/simulate/http.ts";
import { createMeter } from "../../deploy/simulate/meter.ts";

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** Answers in turn, the last one for ever. */
const serve = (...answers: readonly [Answer, ...Answer[]]) => {
  const keys: (string | null)[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      keys.push(request.headers.get("idempotency-key"));
      const { status, body } = answers[Math.min(keys.length, answers.length) - 1] ?? answers[0];
      return Response.json(body, { status, headers: { "retry-after": "0" } });
    },
  });
  servers.push(server);
  const meter = createMeter();
  return { keys, meter, http: createHttp({ url: server.url.origin, meter, giveUpMs: 400 }) };
};
const servers: { stop(force: boolean): Promise<void> }[] = [];
afterAll(() => Promise.all(servers.map((one) => one.stop(true))));

const problem = (status: number, code: string): Answer => ({ status, body: { code } });
const command = { action: "pay", path: "/orders/order-1/payment", body: { amount: 1 }, key: "key-1" };

test("send_triesAgainUnderTheSameKey_notAnsweredForGood", async () => {
  const { http, keys, meter } = serve(
    problem(202, "PENDING"),
    problem(429, "SLOW_DOWN"),
    problem(503, "OVERLOADED"),
    problem(500, "INTERNAL"),
    { status: 200, body: { state: "paid" } },
  );
  expect(await http.send(command)).toMatchObject({ status: 200, body: { state: "paid" } });
  expect(keys).toEqual(Array.from({ length: 5 }, () => "key-1"));
  expect(meter.figures().get("pay")).toMatchObject({
    count: 1,
    replies: { 200: 1, 202: 1, 429: 1, 500: 1, 503: 1 },
  });
});

test("send_givesTheRefusal_withoutAnotherTry", async () => {
  const { http, keys } = serve(problem(409, "ORDER_NOT_PAYABLE"));
  expect(await http.send(command)).toMatchObject({ status: 409, body: { code: "ORDER_NOT_PAYABLE" } });
  expect(keys).toHaveLength(1);
});

test("send_throws_commandPutAsideOrNoAnswerInTime", async () => {
  const aside = serve(problem(500, "COMMAND_FAILED"));
  await expect(aside.http.send(command)).rejects.toThrow(NoAnswerError);
  const never = serve(problem(202, "PENDING"));
  await expect(never.http.send(command)).rejects.toThrow("the last was 202");
});

test("send_triesAgain_nobodyListens", async () => {
  const meter = createMeter();
  const http = createHttp({ url: "http://127.0.0.1:9", meter, giveUpMs: 60 });
  await expect(http.send(command)).rejects.toThrow("the last was none");
  expect(meter.figures().get("pay")?.replies.none).toBeGreaterThan(1);
});
