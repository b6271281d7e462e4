import { expect, test } from "bun:test";
import { createLab, json } from "./lab.ts";

const lab = createLab();
const KB = 1_024;

const names = async (): Promise<string[]> => {
  const page = await (await lab.get("/console")).text();
  return [...page.matchAll(/(?:src|href)="(\/console\/assets\/[^"]+)"/g)].map((match) => String(match[1]));
};
const zipped = (path: string) => lab.ask(path, { headers: { "accept-encoding": "gzip, br" } });

test("console_isTheSamePage_anyPathBelowIt", async () => {
  const root = await (await lab.get("/console")).text();
  expect(root).toStartWith("<!doctype html>");
  for (const path of [
    "/console/",
    "/console/orders",
    "/console/orders/any-order-1?at=3",
    "/console/no/such/view",
  ]) {
    const response = await lab.get(path);
    expect({ path, status: response.status, page: await response.text() }).toEqual({
      path,
      status: 200,
      page: root,
    });
  }
});

test("console_runsNothingButItsOwnFiles_contentSecurityPolicy", async () => {
  const response = await lab.get("/console/orders");
  const policy = String(response.headers.get("content-security-policy"));
  for (const rule of [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "frame-ancestors 'none'",
  ]) {
    expect(policy.split("; ")).toContain(rule);
  }
  expect(policy).not.toContain("unsafe");
  const page = await response.text();
  expect(page).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=|https?:\/\/(?!www\.w3\.org)/);
});

test("console_weighsLittle_firstLoad", async () => {
  const paths = ["/console", ...(await names())];
  expect(paths.length).toBeGreaterThanOrEqual(3);
  let bytes = 0;
  for (const path of paths) {
    const response = await zipped(path);
    expect(response.headers.get("content-encoding")).toBe("gzip");
    bytes += (await response.arrayBuffer()).byteLength;
  }
  expect(bytes).toBeLessThan(300 * KB);
});

test("assets_areKeptForGood_namedByTheirContent", async () => {
  for (const path of await names()) {
    expect(path).toMatch(/-[a-z0-9]{8}\.(js|css)$/);
    const plain = await lab.get(path);
    expect(plain.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    const body = new Uint8Array(await plain.arrayBuffer());
    const small = new Uint8Array(await (await zipped(path)).arrayBuffer());
    expect(Bun.gunzipSync(small)).toEqual(body);
  }
});

test("console_isNotSentAgain_unchanged", async () => {
  const etag = String((await lab.get("/console")).headers.get("etag"));
  const again = await lab.ask("/console/settlements", { headers: { "if-none-match": etag } });
  expect(again.status).toBe(304);
  const first = await lab.get("/console/settlements");
  for (const name of ["content-security-policy", "referrer-policy", "vary", "cache-control"]) {
    expect({ name, value: again.headers.get(name) }).toEqual({ name, value: first.headers.get(name) });
  }
  expect(await again.text()).toBe("");
});

test("asset_isAProblem_unknownName", async () => {
  const response = await lab.get("/console/assets/main-00000000.js");
  expect(response.status).toBe(404);
  expect(await json<{ code: string }>(response)).toMatchObject({ code: "NOT_FOUND" });
});

test("document_leavesTheConsoleOut_openapi", async () => {
  const { paths } = await json<{ paths: object }>(await lab.get("/openapi/json"));
  expect(Object.keys(paths).filter((path) => path.startsWith("/console"))).toEqual([]);
});
