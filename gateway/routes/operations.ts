import { RetryableError, TerminalError } from "../../actors/errors.ts";
import { KeysUnavailableError } from "../auth/keys.ts";
import { describe } from "../openapi.ts";
import { HttpProblem } from "../problem.ts";
import { newRoutes, type Services } from "../services.ts";

/** For whoever keeps the process alive, and whoever watches it. */
export const operationRoutes = (services: Services) => {
  const { tossMock } = services.config;
  let looking: Promise<void> | undefined;
  /** Anybody may ask, and each look is work for store and bus: all who ask meanwhile have the same one. */
  const look = () => {
    looking ??= ready(services).finally(() => {
      looking = undefined;
    });
    return looking;
  };
  return newRoutes(services)
    .get("/healthz", () => ({ status: "ok" as const, ...(tossMock && { tossMock }) }), {
      detail: describe({ tag: "Operations", summary: "Alive?", replies: { 200: "Health" } }),
    })
    .get(
      "/readyz",
      async () => {
        await look();
        return { status: "ok" as const };
      },
      {
        detail: describe({
          tag: "Operations",
          summary: "Ready for requests?",
          replies: { 200: "Health" },
          problems: ["NOT_READY"],
        }),
      },
    )
    .get(
      "/metrics",
      async ({ set }) => {
        set.headers["content-type"] = services.metrics.registry.contentType;
        return services.metrics.registry.metrics();
      },
      {
        detail: describe({
          tag: "Operations",
          summary: "Metrics for Prometheus",
          replies: { 200: { mediaType: "text/plain" } },
        }),
      },
    );
};

const ready = async ({ callersReady, client, closing, config }: Services): Promise<void> => {
  if (closing.aborted) throw notReady("The gateway is shutting down.");
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(notReady(`Store or bus did not answer within ${config.readyTimeoutMs} ms.`));
    }, config.readyTimeoutMs);
  });
  try {
    await Promise.race([Promise.all([client.ready(), callersReady()]), tooLong]);
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    const told =
      error instanceof RetryableError ||
      error instanceof TerminalError ||
      error instanceof KeysUnavailableError;
    throw notReady(told ? error.message : "Store or bus is not ready.");
  } finally {
    clearTimeout(timer);
  }
};

const notReady = (detail: string): HttpProblem =>
  new HttpProblem({ code: "NOT_READY", detail }, { "retry-after": "1" });
