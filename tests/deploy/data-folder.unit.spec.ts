import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inDataFolder } from "../../deploy/data-folder.ts";

test("inDataFolder_makesAFolderForItsOwnerAlone_whateverIsInIt", () => {
  const around = mkdtempSync(join(tmpdir(), "jumun-data-"));
  try {
    const DATA_DIR = join(around, "new", "data");
    expect(inDataFolder({ DATA_DIR }, "orders.sqlite")).toBe(join(DATA_DIR, "orders.sqlite"));
    expect(statSync(DATA_DIR).mode & 0o777).toBe(0o700);
  } finally {
    rmSync(around, { recursive: true });
  }
});
