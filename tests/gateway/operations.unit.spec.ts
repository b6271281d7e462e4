import { expect, test } from "bun:test";
import { Gauge, Registry } from "prom-client";
import { RetryableError } from "../../actors/errors.ts";
import { createLab, json, orderBody, PAYMENT, problemIn } from "./lab.ts";

type Lab = ReturnType<typeof createLab>;

const metrics = async (lab: Lab): Promise<string[]> => {
  await Bun.sleep(10); // durations are taken after the answer is out
  const response = await lab.get("/metrics");
  expect(response.headers.get("content-type")).toStartWith("text/plain");
  return (await response.text()).split("\n");
};

test("healthz_answers200_evenWithoutAStore", async () => {
  const lab = createLab();
  lab.client.ready = async () => {
    throw new Error("away");
  };
  const response = await lab.get("/healthz");
  expect(response.status).toBe(200);
  expect(await json(response)).toEqual({ status: "ok" });
});

test("healthz_tellsTheMock_noMoneyIsReal", async () => {
  const tossMock = "http://127.0.0.1:9090";
  const response = await createLab({ config: { tossMock } }).get("/healthz");
  expect(await json(response)).toEqual({ status: "ok", tossMock });
});

test("readyz_answers200_storeAndBusReady", async () => {
  expect((await createLab().get("/readyz")).status).toBe(200);
});

test("readyz_saysWhatIsNotReady_storeAway", async () => {
  const lab = createLab();
  lab.client.ready = async () => {
    throw new RetryableError("STORE_UNAVAILABLE", { message: "MongoDB does not answer." });
  };
  const response = await lab.get("/readyz");
  expect(response.headers.get("retry-after")).toBe("1");
  expect(await problemIn(response)).toMatchObject({
    status: 503,
    code: "NOT_READY",
    detail: "MongoDB does not answer.",
  });
});

test("readyz_looksOnce_manyAskAtOnce", async () => {
  const lab = createLab();
  let looks = 0;
  const answer = Promise.withResolvers<void>();
  lab.client.ready = () => {
    looks += 1;
    return answer.promise;
  };
  const asked = Array.from({ length: 50 }, () => lab.get("/readyz"));
  await Bun.sleep(0);
  answer.resolve();
  expect(new Set((await Promise.all(asked)).map(({ status }) => status))).toEqual(new Set([200]));
  expect(looks).toBe(1);
  await lab.get("/readyz");
  expect(looks).toBe(2);
});

test("readyz_tellsNoSecrets_errorOfAnotherKind", async () => {
  const lab = createLab();
  lab.client.ready = async () => {
    throw new Error("mongodb://user:password@host");
  };
  expect(await (await lab.get("/readyz")).text()).not.toContain("password");
});

test("readyz_answers503_noAnswerInTime", async () => {
  const lab = createLab({ config: { readyTimeoutMs: 20 } });
  lab.client.ready = () => new Promise(() => {});
  expect(await problemIn(await lab.get("/readyz"))).toMatchObject({ status: 503, code: "NOT_READY" });
});

test("metrics_countByPattern_requests", async () => {
  const lab = createLab();
  await lab.get(`/orders/${await lab.place()}`);
  await lab.get("/orders/o-unknown");
  await lab.get("/nope/o-secret");
  const lines = await metrics(lab);
  const count = "jumun_http_request_duration_seconds_count";
  expect(lines).toContain(`${count}{method="POST",route="/orders",status="201"} 1`);
  expect(lines).toContain(`${count}{method="GET",route="/orders/:id",status="200"} 1`);
  expect(lines).toContain(`${count}{method="GET",route="/orders/:id",status="404"} 1`);
  expect(lines).toContain(`${count}{method="GET",route="none",status="404"} 1`);
  expect(lines.join()).not.toContain("o-secret");
});

test("metrics_countByTypeAndCode_commands", async () => {
  const lab = createLab();
  await lab.place();
  await lab.post("/orders", { ...orderBody, totalAmount: 1 });
  lab.client.submit = async () => ({ status: "pending" });
  await lab.post("/orders", orderBody);
  const lines = await metrics(lab);
  expect(lines).toContain('jumun_commands_total{type="order.place",outcome="accepted"} 1');
  expect(lines).toContain('jumun_commands_total{type="order.place",outcome="TOTAL_MISMATCH"} 1');
  expect(lines).toContain('jumun_commands_total{type="order.place",outcome="pending"} 1');
});

test("metrics_countWhileTheyWait_payments", async () => {
  const lab = createLab();
  const orderId = await lab.place();
  const answer = lab.post(`/orders/${orderId}/payment`, PAYMENT);
  for (let i = 0; i < 400 && lab.client.listeners.size === 0; i += 1) await Bun.sleep(5);
  expect(await metrics(lab)).toContain("jumun_payments_waiting 1");
  lab.capture(orderId);
  await answer;
  expect(await metrics(lab)).toContain("jumun_payments_waiting 0");
});

test("metrics_showOtherRoomsToo_sharedRegistry", async () => {
  const registry = new Registry();
  new Gauge({ name: "other_room", help: "Of another room.", registers: [registry] }).set(7);
  expect(await metrics(createLab({ metrics: registry }))).toContain("other_room 7");
});
