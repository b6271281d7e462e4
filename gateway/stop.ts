import type { AnyElysia } from "elysia";

/**
 * A `stop` that ends what would never end by itself before it waits for the rest: what listens to `closing` goes
 * first, then requests in flight have `graceMs` until they are cut off. Stopping what does not run does nothing.
 */
export const stopGracefully = <App extends AnyElysia>(
  app: App,
  closing: AbortController,
  graceMs: number,
) => {
  const stopServer = app.stop;
  return async (closeActiveConnections = false): Promise<App> => {
    closing.abort();
    if (!app.server) return app;
    const cut = setTimeout(() => app.server?.stop(true), graceMs);
    try {
      await stopServer(closeActiveConnections);
    } finally {
      clearTimeout(cut);
    }
    return app;
  };
};
