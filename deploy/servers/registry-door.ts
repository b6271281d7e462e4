import { LOOPBACK } from "./ports.ts";
import type { Login, ServerTls } from "./secure.ts";

/** TLS, and the one user who may come in. */
export interface RegistrySecurity {
  readonly tls: ServerTls;
  readonly login: Login;
}

/** Passes on what comes by TLS from the right user, by basic authentication, and refuses the rest with 401. */
export function openRegistryDoor(
  behind: string,
  port: number,
  { tls, login }: RegistrySecurity,
): { readonly url: string; close(): Promise<void> } {
  const { origin, pathname } = new URL(behind);
  const wanted = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}`;
  const server = Bun.serve({
    hostname: LOOPBACK,
    port,
    tls: { cert: tls.cert, key: tls.key },
    fetch(request) {
      if (request.headers.get("authorization") !== wanted) {
        return Response.json({ error_code: 401, message: "Unauthorized" }, { status: 401 });
      }
      const { pathname: path, search } = new URL(request.url);
      const { method, body } = request;
      const headers = new Headers(request.headers);
      headers.delete("authorization");
      headers.delete("host");
      return fetch(`${origin}${path}${search}`, { method, headers, body });
    },
  });
  return { url: `https://${LOOPBACK}:${port}${pathname}`, close: () => server.stop(true) };
}
