import { expect, test } from "bun:test";
import { documentText } from "../../actors/store/document-text.ts";
import { fullDocument, nextOf, someDocument } from "./store-fixtures.ts";

test("documentText_readsBackAsTheDocument_eachKind", () => {
  const full = fullDocument();
  for (const document of [someDocument(), full, someDocument({ history: [], replies: [], snapshot: null })]) {
    expect(JSON.parse(documentText(document))).toEqual(JSON.parse(JSON.stringify(document)));
  }
});

test("documentText_holdsWhatIsNew_entriesOfAnEarlierVersionToldBefore", () => {
  const first = someDocument();
  documentText(first);
  const second = nextOf(first, { state: "canceled" });
  expect(JSON.parse(documentText(second))).toEqual(JSON.parse(JSON.stringify(second)));
});
