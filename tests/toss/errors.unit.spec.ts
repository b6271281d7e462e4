import { expect, test } from "bun:test";
import { english } from "./errors/english.ts";
import { korean } from "./errors/korean.ts";
import { errorReply, languageOf } from "./errors/reply.ts";
import { isTossErrorCode, statusByCode } from "./errors/status.ts";

const codes = Object.keys(statusByCode).filter(isTossErrorCode);

test("messages_existInBothLanguages_everyCode", () => {
  expect(codes.length).toBeGreaterThan(80);
  for (const code of codes) {
    expect(korean[code]).toMatch(/[가-힣]/);
    expect(english[code]).not.toMatch(/[가-힣]/);
    expect(korean[code].length).toBeLessThanOrEqual(510);
  }
});

test("errorReply_isCodeAndMessage_underTheCodesStatus", () => {
  const { status, body } = errorReply("REJECT_CARD_PAYMENT", "en");
  expect(status).toBe(403);
  expect(JSON.parse(body)).toEqual({ code: "REJECT_CARD_PAYMENT", message: english.REJECT_CARD_PAYMENT });
});

test("languageOf_isKorean_unlessEnglishIsAskedFor", () => {
  expect([undefined, "", "ko", "de, en"].map(languageOf)).toEqual(["ko", "ko", "ko", "ko"]);
  expect(["en", "en-US", "EN-us,ko;q=0.5"].map(languageOf)).toEqual(["en", "en", "en"]);
});
