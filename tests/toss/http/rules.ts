import type { CompletedRequest, Mockttp } from "mockttp";
import { errorReply, languageOf } from "../errors/reply.ts";
import type { Control } from "./control.ts";
import type { Answer } from "./exchange.ts";
import type { Incoming, Operation } from "./operations.ts";

type Exchange = (operation: Operation, incoming: Incoming) => Promise<Answer>;

/** Declares the server's rules: one for each operation, one for each control, and one for everything else. */
export async function declareRules(
  server: Mockttp,
  operations: readonly Operation[],
  controls: readonly Control[],
  exchange: Exchange,
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
    const path = pathOf(request);
    const isKnownPath = operations.some(({ pattern }) => pattern.test(path));
    const language = languageOf(textOf(request.headers["accept-language"]));
    const { status, body } = errorReply(isKnownPath ? "NOT_FOUND_HTTP_METHOD" : "NOT_FOUND", language);
    return responseOf({ status, headers: { "content-type": "application/json" }, body });
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

function decoded(parameter: string | undefined): string | null {
  try {
    return parameter === undefined ? null : decodeURIComponent(parameter);
  } catch {
    return null;
  }
}

function parsed(text: string | undefined): unknown {
  if (text === undefined || text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
