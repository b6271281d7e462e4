const WIDTH = 300;
const HEIGHT = 44;

/** One bar a second. The axis is the highest of them, which the words beside it tell. */
export const Sparkline = ({ values, label }: { values: readonly number[]; label: string }) => {
  const highest = Math.max(1, ...values);
  const step = WIDTH / values.length;
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {values.map((value, second) => {
        const height = value === 0 ? 1.5 : Math.max(3, (value / highest) * HEIGHT);
        return (
          <rect
            key={second}
            class={value === 0 ? "none" : undefined}
            x={second * step}
            y={HEIGHT - height}
            width={step - 1.2}
            height={height}
          />
        );
      })}
    </svg>
  );
};
