import { expect, test } from "bun:test";
import fc from "fast-check";
import { errorClasses, type Operation } from "../../actors/toss/error-codes.ts";
import { readAnswer } from "../../actors/toss/read-answer.ts";
import { paymentBody } from "./toss-double.ts";

const operations: Operation[] = ["confirm", "cancel", "lookup"];
const allCodes = [...new Set(Object.values(errorClasses).flatMap((table) => Object.keys(table)))];

const status = fc.oneof(
  fc.constantFrom(200, 400, 401, 403, 404, 409, 429, 500, 502, 503),
  fc.integer({ min: 200, max: 599 }),
);
const code = fc.oneof(fc.constantFrom(...allCodes), fc.stringMatching(/^[A-Z_]{1,30}$/), fc.string());
const field = fc.constantFrom(...Object.keys(paymentBody()));
const body = fc.oneof(
  fc.record({ code, message: fc.oneof(fc.string(), fc.jsonValue()) }).map((error) => JSON.stringify(error)),
  fc.tuple(field, fc.jsonValue()).map(([name, value]) => JSON.stringify(paymentBody({ [name]: value }))),
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.string(),
);

test("readAnswer_isNeverSurerThanTheDocumentation_anyStatusAndBody", () => {
  fc.assert(
    fc.property(fc.constantFrom(...operations), status, body, (operation, status, body) => {
      const reply = readAnswer(operation, { status, body });
      switch (reply.kind) {
        case "payment":
          expect(status).toBe(200);
          expect(Number.isFinite(reply.payment.totalAmount)).toBe(true);
          break;
        case "declined":
        case "settled":
        case "misconfigured":
          // A conclusion about money needs Toss' own documented word for it.
          expect(status).not.toBe(200);
          expect(errorClasses[operation][reply.code]).toBe(reply.kind);
          break;
        case "retryable":
          expect(status).not.toBe(200);
          expect(["retryable", undefined]).toContain(errorClasses[operation][reply.code]);
          break;
        default:
          expect(reply.kind).toBe("unknown");
      }
    }),
    { numRuns: 5_000 },
  );
});
