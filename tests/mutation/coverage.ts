/**
 * Loaded before a test file of a mutation run. Without a mutant it counts which mutants the file reaches and leaves the
 * counts in `MUTATION_COVERAGE`; with one it bounds how often the mutant may run, so that an endless loop ends soon.
 */
import { afterAll } from "bun:test";
import { writeFileSync } from "node:fs";

interface Instrumented {
  __stryker__: {
    currentTestId?: string;
    hitCount?: number;
    hitLimit?: number;
    mutantCoverage?: { perTest: Record<string, Record<string, number>> };
  };
}

const { MUTATION_COVERAGE: report, MUTATION_HIT_LIMIT: hitLimit, MUTATION_RANDOM: random } = process.env;
const counted: Instrumented["__stryker__"] = {};
(globalThis as unknown as Instrumented).__stryker__ = counted;

if (report) {
  counted.currentTestId = report;
  afterAll(() => writeFileSync(report, JSON.stringify(counted.mutantCoverage?.perTest[report] ?? {})));
}
if (hitLimit) {
  counted.hitCount = 0;
  counted.hitLimit = Number(hitLimit);
}

if (random) {
  const { default: fc } = await import("fast-check");
  // That a sequence fails is enough; the shortest one that does is for people.
  fc.configureGlobal({ endOnFailure: true });
}
