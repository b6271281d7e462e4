import { type CompletedRequest, getLocal, type Mockttp } from "mockttp";
import type { Answer } from "./exchange.ts";
import { decoded, type Listen, notThere, parsed, type Site } from "./listen.ts";
import type { Incoming } from "./operations.ts";

/** Serves a mock by Mockttp, which can cut a connection. It listens on every interface of the machine. */
export const listenWithMockttp: Listen = async (site) => {
  const server = getLocal({ recordTraffic: false, suggestChanges: false });
  await server.start(site.port);
  await declareRules(server, site);
  return { port: server.port, stop: () => server.stop() };
};

/** Declares the server's rules: one for each operation, one for each control, and one for everything else. */
async function declareRules(
  server: Mockttp,
  { operations, controls, exchange }: Omit<Site, "port">,
): Promise<void> {
  for (const operation of operations) {
    const { method, pattern } = operation;
    const rule = method === "POST" ? server.forPost(pattern) : server.forGet(pattern);
    await rule
      .always()
      .thenCallback(async (request) =>
        responseOf(await exchange(operation, await incomingOf(request, pattern))),
      );
  }
  for (const { method, path, answer } of controls) {
    const rule = { GET: server.forGet, POST: server.forPost, DELETE: server.forDelete }[method];
    await rule
      .call(server, path)
      .always()
      .thenCallback(async (request) => {
        const { body } = await incomingOf(request, /^/);
        return responseOf(await answer(body, new URL(request.url).searchParams));
      });
  }
  await server.forUnmatchedRequest().thenCallback(async (request) => {
    return responseOf(notThere(operations, pathOf(request), textOf(request.headers["accept-language"])));
  });
}

function responseOf(answer: Answer) {
  if (answer === "cut") return "reset" as const;
  return { statusCode: answer.status, headers: answer.headers, body: answer.body };
}

async function incomingOf(request: CompletedRequest, pattern: RegExp): Promise<Incoming> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    const text = textOf(value);
    if (text !== undefined) headers[name.toLowerCase()] = text;
  }
  return {
    method: request.method,
    path: request.path,
    headers,
    parameter: decoded(pattern.exec(pathOf(request))?.[1]),
    body: parsed(await request.body.getText()),
  };
}

const pathOf = ({ path }: CompletedRequest) => path.split("?", 1)[0] ?? path;

const textOf = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(", ") : value);
