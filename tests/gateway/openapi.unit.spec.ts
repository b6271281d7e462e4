import { expect, test } from "bun:test";
import { createLab, json } from "./lab.ts";

interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly {
    name: string;
    in: string;
    required: boolean;
    schema: { format?: string; pattern?: string };
  }[];
  readonly requestBody?: { required: boolean; content: Record<string, { schema: object }> };
  readonly responses: Record<
    string,
    {
      content: Record<string, { schema: { $ref?: string } }>;
      links?: Record<string, { operationId: string; parameters: Record<string, string> }>;
    }
  >;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { schemas: Record<string, object> };
}

const lab = createLab();
const document = await json<Document>(await lab.get("/openapi/json"));
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    name: `${method} ${path}`,
    path,
    method,
    operation,
  })),
);

test("document_describesEveryRoute_ofTheGateway", () => {
  const served = lab.gateway.routes
    .filter(({ path }) => !/^\/(openapi|console)\b/.test(path))
    .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:([a-z]+)/g, "{$1}")}`);
  expect(operations.map(({ name }) => name).toSorted()).toEqual(served.toSorted());
  expect(document.openapi).toStartWith("3.1");
  for (const { operation } of operations) expect(String(operation.summary).length).toBeGreaterThan(3);
});

test("document_tellsItsProblems_everyOperation", () => {
  for (const { name, operation } of operations) {
    expect({ name, has500: "500" in operation.responses }).toEqual({ name, has500: true });
    for (const [status, { content }] of Object.entries(operation.responses)) {
      const type = Number(status) < 400 ? Object.keys(content)[0] : "application/problem+json";
      expect({ name, status, type: Object.keys(content) }).toEqual({ name, status, type: [String(type)] });
    }
  }
});

test("document_hasEverySchemaItNames_references", () => {
  const text = JSON.stringify(document);
  const named = new Set(
    [...text.matchAll(/#\/components\/schemas\/(\w+)/g)].map((match) => String(match[1])),
  );
  for (const name of named) expect(document.components.schemas).toHaveProperty(name);
  expect(named).toContain("Problem");
});

const links = operations.flatMap(({ name, operation }) =>
  Object.entries(operation.responses).flatMap(([status, response]) =>
    Object.entries(response.links ?? {}).map(([link, to]) => ({ name: `${name} ${status} ${link}`, to })),
  ),
);
const pathValues = ({ parameters = [] }: Operation): string[] =>
  parameters.filter((one) => one.in === "path").map((one) => one.name);

test("links_nameAnOperationAndAllValuesOfItsPath_everyLink", () => {
  expect(links.length).toBeGreaterThan(100);
  for (const { name, to } of links) {
    const target = operations.find(({ operation }) => operation.operationId === to.operationId);
    expect({ name, values: Object.keys(to.parameters) }).toEqual({
      name,
      values: target ? pathValues(target.operation) : ["no such operation"],
    });
  }
});

test("links_leadToEveryOperation_thatNeedsSomethingOfAnAnswer", () => {
  const reached = new Set(links.map(({ to }) => to.operationId));
  const needing = operations.filter(({ operation }) => pathValues(operation).length > 0);
  expect(needing.filter(({ operation }) => !reached.has(operation.operationId))).toEqual([]);
});

test("links_readTheCancellation_ofTheAnswerThatMadeIt", () => {
  const made = document.paths["/orders/{id}/cancellations"]?.post?.responses;
  expect(made?.["201"]?.links?.restock?.parameters).toEqual({
    id: "$response.body#/orderId",
    cid: "$response.body#/cancellationId",
  });
  expect(made?.["200"]?.links?.restock).toBeUndefined();
  const restocked = document.paths["/orders/{id}/cancellations/{cid}/restock"]?.post?.responses;
  expect(restocked?.["200"]?.links?.cancellation?.parameters.cid).toBe("$request.path.cid");
});

test("document_saysWhatEachEventCarries_everyStream", () => {
  const eventOf = (path: string) =>
    document.paths[path]?.get?.responses["200"]?.content["text/event-stream"]?.schema;
  const event = (name: string) => ({
    type: "object",
    required: ["data"],
    properties: {
      data: {
        type: "string",
        contentMediaType: "application/json",
        contentSchema: { $ref: `#/components/schemas/${name}` },
      },
    },
  });
  expect<unknown>(eventOf("/orders/{id}/events")).toEqual(event("HistoryEntry"));
  expect<unknown>(eventOf("/fleet/events")).toEqual(event("Fleet"));
});

test("document_saysThatADayIsADate_everyDayOfARequest", () => {
  const days = operations
    .flatMap(({ operation }) => operation.parameters ?? [])
    .filter(({ name }) => ["date", "from", "to", "placedFrom", "placedTo"].includes(name));
  expect(days.length).toBe(6);
  for (const { name, schema } of days)
    expect({ name, format: schema.format }).toEqual({ name, format: "date" });
});

test("document_saysThatTextsHoldNoNul_whatPeopleWrite", () => {
  const texts = [...JSON.stringify(document.paths).matchAll(/"(name|reason)":\{[^{}]*"pattern":("[^"]*")/g)];
  expect(texts.map(([, name]) => name).toSorted()).toEqual(["name", "name", "reason"]);
  for (const [, , pattern] of texts) {
    const regex = new RegExp(JSON.parse(String(pattern)));
    expect([regex.test("김주문 🙂\n"), regex.test("a\u0000b")]).toEqual([true, false]);
  }
});

test("document_asksForAKey_everyPostThatMakesACommand", () => {
  for (const { name, path, method, operation } of operations) {
    if (method !== "post") continue;
    const unkeyed = ["/webhooks/toss", "/dead-letters/{id}/retry"];
    const keyed =
      operation.parameters?.some((one) => one.name === "idempotency-key" && one.required) ?? false;
    expect({ name, keyed }).toEqual({ name, keyed: !unkeyed.includes(path) });
  }
});

test("document_takesOnlyJson_everyBody", () => {
  for (const { name, operation } of operations) {
    if (!operation.requestBody) continue;
    expect({ name, types: Object.keys(operation.requestBody.content) }).toEqual({
      name,
      types: ["application/json"],
    });
  }
  const place = document.paths["/orders"]?.post?.requestBody;
  const restock = document.paths["/orders/{id}/cancellations/{cid}/restock"]?.post?.requestBody;
  expect([place?.required, restock?.required]).toEqual([true, false]);
});

test("page_needsNothingFromOutside_swaggerUi", async () => {
  const response = await lab.get("/openapi");
  const page = await response.text();
  expect(response.headers.get("content-type")).toStartWith("text/html");
  expect(page).not.toMatch(/https?:\/\//);
  expect(response.headers.get("content-security-policy")).toContain("script-src 'self'");
  const assets = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => String(match[1]));
  expect(assets).toEqual(["/openapi/ui.css", "/openapi/ui.js", "/openapi/start.js"]);
  for (const asset of assets) {
    const served = await lab.get(asset);
    expect(served.status).toBe(200);
    expect(served.headers.get("content-type")).toMatch(/^text\/(css|javascript)/);
  }
  expect(await (await lab.get("/openapi/ui.js")).text()).toContain("SwaggerUIBundle");
  expect(await (await lab.get("/openapi/start.js")).text()).toContain("validatorUrl: null");
});
