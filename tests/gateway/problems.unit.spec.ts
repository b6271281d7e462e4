import { expect, test } from "bun:test";
import { runtimeRefusalCodes } from "../../actors/errors.ts";
import { gatewayCodes, problemCodes, problems, refusals } from "../../gateway/errors.ts";
import { problemOf } from "../../gateway/problem.ts";
import { refusalCodes } from "../../machines/mod.ts";

const actorCodes = [
  "STORE_UNAVAILABLE",
  "BUS_UNAVAILABLE",
  "OVERLOADED",
  "SHUTTING_DOWN",
  "COMMAND_TOO_LARGE",
  "COMMAND_MALFORMED",
  "DEAD_LETTER_NOT_FOUND",
  "STORE_NOT_DURABLE",
  "STORE_CORRUPT",
] as const;
const machineCodes = ["SNAPSHOT_UNREADABLE"] as const;

test("problems_haveAnEntry_everyCodeOfEveryRoom", () => {
  const codes = [...refusalCodes, ...runtimeRefusalCodes, ...actorCodes, ...machineCodes, ...gatewayCodes];
  expect(problemCodes.toSorted()).toEqual([...codes].toSorted());
  for (const code of codes) expect(problems[code].title.length).toBeGreaterThan(3);
});

test("problems_areTheCallersMatter_everyRefusal", () => {
  for (const code of refusals) expect([404, 409, 422]).toContain(problems[code].status);
});

test("problems_saySoByTheirStatus_everyMissingResource", () => {
  const named: string[] = problemCodes.filter((code) => code.endsWith("_NOT_FOUND"));
  // The body, not the URL, names a line.
  for (const code of named.filter((one) => one !== "LINE_NOT_FOUND")) {
    expect({ code, status: problems[code as keyof typeof problems].status }).toEqual({ code, status: 404 });
  }
});

test("problemOf_leavesTheQueryOut_requestWithQuery", () => {
  const request = new Request("http://localhost:1/orders?customerId=c-1");
  expect(problemOf(request, { code: "ORDER_NOT_PAYABLE", detail: "No." })).toEqual({
    type: "urn:jumun:problem:ORDER_NOT_PAYABLE",
    title: "Order not payable",
    status: 409,
    code: "ORDER_NOT_PAYABLE",
    detail: "No.",
    instance: "/orders",
  });
});
