import { type MachineName, machineNames } from "../../machines/charts.ts";
import { createDrawings, type Draw } from "../chart/drawings.ts";
import { placeBeside } from "../chart/place-beside.ts";
import { machinePath } from "../links.ts";
import { describe } from "../openapi.ts";
import { HttpProblem } from "../problem.ts";
import { MachineParams, MachineQuery } from "../schemas/machine.ts";
import { newRoutes, type Services } from "../services.ts";

/** One for the process, however many gateways it has. */
const drawBeside = createDrawings(placeBeside);

/** The state machines as charts: what a console draws is what the orders run on. */
export const machineRoutes = (services: Pick<Services, "onError">, draw: Draw = drawBeside) =>
  newRoutes(services)
    .get(
      "/machines",
      () => ({
        machines: machineNames.map((machine) => ({
          machine,
          _links: { self: { href: machinePath(machine) } },
        })),
      }),
      {
        detail: describe({
          tag: "Operations",
          summary: "List the state machines",
          replies: { 200: "Machines" },
        }),
      },
    )
    .get(
      "/machines/:name",
      async ({ params: { name }, query: { layout }, headers, set }) => {
        const { body, etag } = await draw(knownMachine(name), layout ?? "wide");
        set.headers["cache-control"] = "no-cache"; // kept, and asked about each time
        set.headers.etag = etag;
        set.headers["content-type"] = "application/json";
        if (matches(headers["if-none-match"], etag)) {
          set.status = 304;
          return "";
        }
        return body;
      },
      {
        params: MachineParams,
        query: MachineQuery,
        detail: describe({
          tag: "Operations",
          summary: "Read a state machine as a chart",
          description:
            "Read off the machine itself, with places for drawing it. Carries an ETag; If-None-Match is answered 304.",
          replies: { 200: "Machine" },
          problems: ["VALIDATION_FAILED", "MACHINE_NOT_FOUND"],
        }),
      },
    );

const knownMachine = (name: string): MachineName => {
  const known = machineNames.find((one) => one === name);
  if (known) return known;
  throw new HttpProblem({
    code: "MACHINE_NOT_FOUND",
    detail: `There is no such machine. Ask for one of: ${machineNames.join(", ")}.`,
  });
};

/** If-None-Match compares weakly: a proxy that compresses may have marked our tag so. */
const matches = (header: string | undefined, etag: string): boolean =>
  (header ?? "").split(",").some((one) => ["*", etag].includes(one.trim().replace(/^W\//, "")));
