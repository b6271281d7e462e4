import { expect, test } from "bun:test";
import { connect } from "node:net";
import { bearer, createAuthLab } from "./auth-lab.ts";
import { orderBody } from "./lab.ts";

/** A gateway on a port of its own, closed at the end of the block. */
const serve = async (...parts: Parameters<typeof createAuthLab>) => {
  const lab = await createAuthLab(...parts);
  lab.gateway.listen(0);
  const port = Number(lab.gateway.server?.port);
  return {
    ...lab,
    port,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => void (await lab.gateway.stop(true)),
  };
};

/** Sends bytes as they are and resolves to the answer's status line. */
const raw = (port: number, lines: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
    socket.on("data", (data) => {
      answer += data;
      socket.destroy();
    });
    socket.on("close", () => resolve(answer.split("\r\n")[0] ?? ""));
    socket.on("error", reject);
  });

test("request_isRefused_twoAuthorizationHeaders", async () => {
  await using served = await serve();
  const token = await served.signer.sign();
  const ask = (...headers: string[]) =>
    raw(served.port, ["GET /me HTTP/1.1", `Host: 127.0.0.1:${served.port}`, ...headers]);
  expect(await ask(`Authorization: Bearer ${token}`)).toContain(" 200 ");
  expect(await ask(`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`)).not.toContain(
    " 200 ",
  );
  expect(await ask("Authorization: Basic eDp5", `Authorization: Bearer ${token}`)).not.toContain(" 200 ");
  expect(await ask(`Authorization: Bearer ${token}`, "authorization: x")).not.toContain(" 200 ");
});

test("gateway_goesOn_tokensTooLargeForAnyHeader", async () => {
  await using served = await serve();
  for (const size of [4_097, 12_000, 60_000]) {
    const response = await fetch(`${served.url}/me`, { headers: bearer(`a.${"b".repeat(size)}.c`) }).catch(
      () => undefined,
    );
    expect([400, 401, 413, 431, undefined]).toContain(response?.status);
  }
  const headers = bearer(await served.signer.sign());
  expect((await fetch(`${served.url}/me`, { headers })).status).toBe(200);
});

test("eventStreams_end_withTheirToken", async () => {
  let now = Math.floor(Date.now() / 1_000) * 1_000;
  await using served = await serve({ clock: { now: () => now } });
  const owner = await served.as("service", "web");
  const { orderId } = (await (await owner.post("/orders", orderBody)).json()) as { orderId: string };
  // A second is left of the 30 s that clocks may be apart.
  const headers = bearer(await served.signer.sign({ exp: now / 1_000 - 29 }));
  const read = async (path: string) => {
    const stream = await fetch(`${served.url}${path}`, { headers });
    return { status: stream.status, text: await stream.text() };
  };
  const paths = [`/orders/${orderId}/events`, "/fleet/events"];
  for (const { status, text } of await Promise.all(paths.map(read))) {
    expect(status).toBe(200);
    expect(text).toContain("data: ");
  }
  now += 1_000;
  for (const path of paths) expect((await read(path)).status).toBe(401);
});

test("guesses_getTheSameAnswerInTheSameTime_anothersOrderAndNone", async () => {
  await using served = await serve();
  const owner = await served.as("customer", "c-1");
  const { orderId } = (await (await owner.post("/orders", orderBody)).json()) as { orderId: string };
  const guesser = (await served.as("customer", "c-2")).headers;
  const ask = async (id: string) => {
    const start = performance.now();
    const response = await fetch(`${served.url}/orders/${id}`, { headers: guesser });
    const text = (await response.text()).replaceAll(id, "<id>");
    return { text, status: response.status, ms: performance.now() - start };
  };
  const times: Record<"real" | "none", number[]> = { real: [], none: [] };
  for (let i = 0; i < 200; i += 1) {
    const real = await ask(orderId);
    const none = await ask(`o${crypto.randomUUID().replaceAll("-", "").slice(0, 22)}`);
    expect([real.status, real.text]).toEqual([none.status, none.text]);
    times.real.push(real.ms);
    times.none.push(none.ms);
  }
  const median = (all: number[]) => all.toSorted((a, b) => a - b)[100] ?? 0;
  // Far above chance and far below what a look at the order itself would cost.
  expect(Math.abs(median(times.real) - median(times.none))).toBeLessThan(5);
});
