import { expect, test } from "bun:test";
import { isLoopback } from "../../gateway/config.ts";
import { createLab, json, problemIn } from "./lab.ts";

const lab = createLab();
const ask = (url: string, headers: Record<string, string> = {}, method = "GET") =>
  lab.gateway.handle(new Request(url, { method, headers }));

test("dev_makesAnOperatorOfEverybody_byALoopbackName", async () => {
  for (const host of ["localhost", "localhost:8080", "127.0.0.1:8080", "127.9.9.9", "[::1]:8080"]) {
    const response = await ask(`http://${host}/me`);
    expect(await json(response)).toEqual({ role: "operator", id: "local" });
  }
  expect((await ask("http://127.0.0.1/me", { origin: "http://localhost:5173" })).status).toBe(200);
});

test("dev_refuses_aNameThatIsNotLoopback", async () => {
  const hosts = [
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "127.evil.example",
    "evil.example:8080",
    "10.0.0.1",
    "0.0.0.0",
    "127.0.0.1@evil.example",
  ];
  for (const host of hosts) {
    const response = await ask(`http://${host}/me`);
    expect({ host, status: response.status }).toEqual({ host, status: 403 });
    expect(await problemIn(response)).toMatchObject({ code: "FORBIDDEN" });
  }
});

test("dev_refuses_aPageOfAnotherSite", async () => {
  const path = `http://127.0.0.1:8080/dead-letters/o-123456.${"a".repeat(22)}/retry`;
  for (const origin of ["https://evil.example", "null", "http://localhost.evil.example", "file://"]) {
    expect((await ask(path, { origin }, "POST")).status).toBe(403);
  }
  expect((await ask(path, { origin: "http://127.0.0.1:8080" }, "POST")).status).toBe(404);
});

test("dev_refuses_whatAProxyPassesOn", async () => {
  for (const name of [
    "x-forwarded-for",
    "forwarded",
    "via",
    "x-real-ip",
    "x-forwarded-host",
    "x-forwarded-proto",
  ]) {
    expect((await ask("http://127.0.0.1/me", { [name]: "203.0.113.7" })).status).toBe(403);
  }
});

test("isLoopback_isFalse_namesThatLookLikeIt", () => {
  for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "LOCALHOST"]) {
    expect({ host, is: isLoopback(host) }).toEqual({ host, is: true });
  }
  for (const host of ["", "0.0.0.0", "::", "127.evil.example", "localhost.evil.example", "128.0.0.1"]) {
    expect({ host, is: isLoopback(host) }).toEqual({ host, is: false });
  }
});
