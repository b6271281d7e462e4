import { charts, type MachineName, machineNames } from "../../machines/charts.ts";
import { type Layout, placeChart } from "../chart/layout.ts";
import { machinePath } from "../links.ts";
import { describe } from "../openapi.ts";
import { HttpProblem } from "../problem.ts";
import { MachineParams, MachineQuery } from "../schemas/machine.ts";
import { newRoutes, type Services } from "../services.ts";

interface Drawn {
  readonly body: string;
  readonly etag: string;
}

/** Placed at most once a process, since a machine does not change while one runs. */
const drawn = new Map<string, Promise<Drawn>>();

/** The state machines as charts: what a console draws is what the orders run on. */
export const machineRoutes = (services: Services) =>
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

const draw = (machine: MachineName, layout: Layout): Promise<Drawn> => {
  const key = `${machine} ${layout}`;
  const known = drawn.get(key);
  if (known) return known;
  const drawing = placeChart(charts[machine], layout).then((chart) => {
    const body = JSON.stringify(chart);
    return { body, etag: `"${Bun.hash(body).toString(36)}"` };
  });
  drawing.catch(() => drawn.delete(key));
  drawn.set(key, drawing);
  return drawing;
};

/** If-None-Match compares weakly: a proxy that compresses may have marked our tag so. */
const matches = (header: string | undefined, etag: string): boolean =>
  (header ?? "").split(",").some((one) => ["*", etag].includes(one.trim().replace(/^W\//, "")));
