import type { Caller, CallerOf } from "../caller.ts";
import { forbidden } from "./denied.ts";

const local: Caller = { role: "operator", id: "local" };

/**
 * **No authentication: every request from this machine is the operator `local`, who may do everything.** Only for a
 * gateway that listens on loopback. A page of another site that the browser was led to comes by a name that is not
 * loopback (DNS rebinding) or says where it is from (Origin), and is refused; so is what a proxy passes on from elsewhere.
 */
export const devCaller: CallerOf = (request) => {
  const { headers, url } = request;
  const origin = headers.get("origin");
  const passedOn = BY_PROXIES.some((name) => headers.has(name));
  if (isLoopbackUrl(url) && (origin === null || isLoopbackUrl(origin)) && !passedOn) return local;
  throw forbidden(
    "With AUTH=dev only this machine may call, by a loopback name, through no proxy and from no page of another site. " +
      "Use http://127.0.0.1, or set AUTH=jwt.",
    null,
  );
};

/** What proxies tell of whom they pass on. One that tells nothing can't be seen. */
const BY_PROXIES = [
  "forwarded",
  "via",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
];

const LOOPBACK = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?(?:\/|$)/i;

const isLoopbackUrl = (url: string): boolean => LOOPBACK.test(url);
