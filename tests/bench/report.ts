/** One line of a bench: what was measured, its floor in the same run, and the ratio with its goal. */
export interface Measure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor?: { readonly name: string; readonly value: number };
  /** Least ratio to the floor, or least (or most) value when there is no floor. */
  readonly goal?: { readonly ratio?: number; readonly least?: number; readonly most?: number };
  readonly note?: string;
}

const number = (value: number) =>
  value >= 100 ? Math.round(value).toLocaleString("en-US") : value.toPrecision(3);

const verdict = ({ value, floor, goal }: Measure): string => {
  if (!goal) return "";
  const reached =
    goal.ratio !== undefined && floor
      ? value / floor.value >= goal.ratio
      : value >= (goal.least ?? Number.NEGATIVE_INFINITY) && value <= (goal.most ?? Number.POSITIVE_INFINITY);
  const wanted =
    goal.ratio !== undefined
      ? `goal ≥ ${Math.round(goal.ratio * 100)}%`
      : goal.least !== undefined
        ? `goal ≥ ${number(goal.least)}`
        : `goal ≤ ${number(goal.most ?? 0)}`;
  return `${reached ? "reached" : "MISSED"} (${wanted})`;
};

/** Prints a measure as it comes, so that a long bench shows its progress. */
export const report = (measure: Measure): void => {
  const { name, value, unit, floor, note } = measure;
  const ratio = floor
    ? `${((value / floor.value) * 100).toFixed(0)}% of ${floor.name} ${number(floor.value)}`
    : "";
  console.log(
    [name.padEnd(46), `${number(value)} ${unit}`.padStart(18), ratio.padEnd(44), verdict(measure), note ?? ""]
      .join("  ")
      .trimEnd(),
  );
};
