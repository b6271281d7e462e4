import { expect, test } from "bun:test";
import { json, PAYMENT } from "./lab.ts";
import { serveLab } from "./served.ts";

const pay = (url: string, orderId: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/orders/${orderId}/payment`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": "pay", ...headers },
    body: JSON.stringify(PAYMENT),
  });

test("stop_answersWhatIsInFlight_slowRequest", async () => {
  const lab = serveLab();
  const orderId = await lab.place();
  const { get } = lab.client;
  let asked = () => {};
  const begun = new Promise<void>((resolve) => {
    asked = resolve;
  });
  lab.client.get = async (id) => {
    asked();
    await Bun.sleep(200);
    return get(id);
  };
  const answer = fetch(`${lab.url}/orders/${orderId}`);
  await begun;
  await lab.gateway.stop();
  expect((await answer).status).toBe(200);
  expect(fetch(`${lab.url}/healthz`)).rejects.toThrow();
});

test("stop_answers202_paymentThatWaits", async () => {
  const lab = serveLab();
  const answer = pay(lab.url, await lab.place());
  for (let i = 0; i < 400 && lab.client.listeners.size === 0; i += 1) await Bun.sleep(5);
  await lab.gateway.stop();
  const response = await answer;
  expect(response.status).toBe(202);
  expect(await json(response)).toMatchObject({ status: "pending" });
});

test("stop_cutsOff_requestBeyondTheGrace", async () => {
  const lab = serveLab({ config: { stopGraceMs: 50 } });
  let asked = () => {};
  const begun = new Promise<void>((resolve) => {
    asked = resolve;
  });
  lab.client.get = () => {
    asked();
    return new Promise(() => {});
  };
  const answer = fetch(`${lab.url}/orders/o-12345`);
  const cut = answer.then(
    () => "answered",
    () => "cut off",
  );
  await begun;
  await lab.gateway.stop();
  expect(await cut).toBe("cut off");
});

test("stop_resolves_idleConnectionsAndNeverStarted", async () => {
  const lab = serveLab();
  await (await fetch(`${lab.url}/healthz`)).text(); // leaves a kept-alive connection
  await lab.gateway.stop();
  await lab.gateway.stop();
  expect(lab.gateway.server).toBeNull();
});

test("readyz_answers503_stopping", async () => {
  const lab = serveLab();
  await lab.gateway.stop();
  const response = await lab.get("/readyz");
  expect(response.status).toBe(503);
  expect(await json(response)).toMatchObject({ code: "NOT_READY" });
});
