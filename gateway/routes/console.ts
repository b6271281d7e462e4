import { ASSETS, type Asset, buildConsole, type ConsoleAssets } from "../console-assets.ts";
import { HttpProblem } from "../problem.ts";
import { newRoutes, type Services } from "../services.ts";

/** Nothing but our own files: no inline script, no style attribute, no other origin, no frame. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** On a 304 too: the browser puts a 304's headers in the place of those that it keeps with the page. */
const own = {
  "content-security-policy": policy,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  vary: "accept-encoding",
};

/** Asked for again, it is another version. */
const FOREVER = "public, max-age=31536000, immutable";

/**
 * The web console: one page at every path under `/console`, which finds its view by itself, and its assets. Bundled
 * at the first request, so that a gateway that nobody looks at starts as fast as ever.
 */
export const consoleRoutes = (services: Pick<Services, "onError">) => {
  let built: Promise<ConsoleAssets> | undefined;
  const assets = (): Promise<ConsoleAssets> => {
    built ??= buildConsole().catch((error) => {
      built = undefined; // the next request tries again
      throw error;
    });
    return built;
  };

  const page = async ({ request }: { request: Request }): Promise<Response> => {
    const { page, pageTag } = await assets();
    const headers = { ...own, "cache-control": "no-cache", etag: pageTag };
    if (request.headers.get("if-none-match") === pageTag) return new Response(null, { status: 304, headers });
    return answer(request, page, headers);
  };

  const hidden = { detail: { hide: true } };
  return newRoutes(services)
    .get(
      `${ASSETS}/:file`,
      async ({ params, request }) => {
        const file = (await assets()).files.get(params.file);
        if (file) return answer(request, file, { "cache-control": FOREVER });
        throw new HttpProblem({
          code: "NOT_FOUND",
          detail: "There is no such asset. Load the console anew.",
        });
      },
      hidden,
    )
    .get("/console", page, hidden)
    .get("/console/*", page, hidden);
};

const answer = (request: Request, asset: Asset, headers: Record<string, string>): Response => {
  const gzip = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
  return new Response(request.method === "HEAD" ? null : gzip ? asset.gzip : asset.plain, {
    headers: {
      ...own,
      ...headers,
      "content-type": asset.contentType,
      ...(gzip && { "content-encoding": "gzip" }),
    },
  });
};
