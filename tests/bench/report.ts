import { appendFileSync } from "node:fs";
import { type Static, Type } from "@sinclair/typebox";

/** One line of a bench: what was measured, its floor in the same run, and what was wanted. */
export const Measure = Type.Object({
  name: Type.String(),
  value: Type.Number(),
  unit: Type.String(),
  /** In the same unit. */
  floor: Type.Optional(Type.Object({ name: Type.String(), value: Type.Number() })),
  /** Least ratio to the floor, or least or most value. */
  goal: Type.Optional(
    Type.Union([
      Type.Object({ ratio: Type.Number() }),
      Type.Object({ least: Type.Number() }),
      Type.Object({ most: Type.Number() }),
    ]),
  ),
  note: Type.Optional(Type.String()),
});
export type Measure = Static<typeof Measure>;

/** Where a section that `runner.ts` runs puts its measures, one JSON object a line. */
export const RESULTS = "JUMUN_BENCH_RESULTS";

/** Prints a measure as it comes, so that a long bench shows its progress. */
export const report = (measure: Measure): void => {
  const { name, note } = measure;
  const line = [name.padEnd(46), figureOf(measure).padStart(18), ratioOf(measure).padEnd(44)];
  console.log([...line, verdictOf(measure), note ?? ""].join("  ").trimEnd());
  const results = process.env[RESULTS];
  if (results) appendFileSync(results, `${JSON.stringify(measure)}\n`);
};

/** The measures as a table; nothing for none. */
export const markdownOf = (measures: readonly Measure[]): string => {
  if (measures.length === 0) return "";
  return [
    "| what | figure | against | goal | |",
    "| --- | ---: | --- | --- | --- |",
    ...measures.map((measure) => {
      const cells = [
        measure.name,
        figureOf(measure),
        ratioOf(measure),
        verdictOf(measure),
        measure.note ?? "",
      ];
      return `| ${cells.map((cell) => cell.trim().replaceAll("|", "\\|")).join(" | ")} |`;
    }),
  ].join("\n");
};

const number = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);

const figureOf = ({ value, unit }: Measure): string => `${number(value)} ${unit}`;

const percent = (ratio: number): string => `${Math.round(ratio * 100)}%`;

const ratioOf = ({ value, floor }: Measure): string =>
  floor ? `${percent(value / floor.value)} of ${floor.name}: ${number(floor.value)}` : "";

const verdictOf = ({ value, floor, goal }: Measure): string => {
  if (!goal) return "";
  const told = (reached: boolean, wanted: string) => `${reached ? "reached" : "MISSED"} (${wanted})`;
  if ("ratio" in goal)
    return told(value >= goal.ratio * (floor?.value ?? 0), `goal ≥ ${percent(goal.ratio)}`);
  if ("least" in goal) return told(value >= goal.least, `goal ≥ ${number(goal.least)}`);
  return told(value <= goal.most, `goal ≤ ${number(goal.most)}`);
};
