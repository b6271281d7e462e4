import { describe } from "../openapi.ts";
import { newRoutes, type Services } from "../services.ts";

/** Who the caller is to us, for a page that shows it. */
export const meRoutes = (services: Services) =>
  newRoutes(services).get("/me", ({ caller: { role, id } }) => ({ role, id }), {
    detail: describe({
      tag: "Operations",
      summary: "See who one is here",
      replies: { 200: "Me" },
    }),
  });
