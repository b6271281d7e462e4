import { Elysia } from "elysia";
import type { openApiDocument } from "../openapi.ts";
import { swaggerUiCss, swaggerUiScript } from "../swagger-ui.ts";

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Jumun API</title>
<link rel="stylesheet" href="/openapi/ui.css">
</head>
<body>
<div id="ui"></div>
<script src="/openapi/ui.js"></script>
<script src="/openapi/start.js"></script>
</body>
</html>
`;

const start = `SwaggerUIBundle({ url: "/openapi/json", dom_id: "#ui", deepLinking: true, validatorUrl: null });\n`;

/** Everything from here: the page works without the internet and runs no script but ours. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const asset = (body: string | Bun.BunFile, contentType: string): Response =>
  new Response(body, {
    headers: { "content-type": `${contentType}; charset=utf-8`, "content-security-policy": policy },
  });

/** The API's own description: the document at `/openapi/json`, and Swagger UI from its npm package at `/openapi`. */
export const openApiRoutes = (describeApi: () => ReturnType<typeof openApiDocument>) => {
  const hidden = { detail: { hide: true } };
  let document: ReturnType<typeof openApiDocument> | undefined;
  return new Elysia({ normalize: false })
    .get("/openapi/json", () => (document ??= describeApi()), hidden)
    .get("/openapi", () => asset(page, "text/html"), hidden)
    .get("/openapi/start.js", () => asset(start, "text/javascript"), hidden)
    .get("/openapi/ui.js", () => asset(Bun.file(swaggerUiScript), "text/javascript"), hidden)
    .get("/openapi/ui.css", () => asset(Bun.file(swaggerUiCss), "text/css"), hidden);
};
