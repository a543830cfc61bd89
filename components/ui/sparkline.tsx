/** A tiny bar chart. `label` is its text alternative. */
export function Sparkline({
  values,
  label,
  width = 72,
  height = 18,
}: {
  values: readonly number[];
  label: string;
  width?: number;
  height?: number;
}) {
  const highest = Math.max(...values, 1);
  const slot = width / Math.max(values.length, 1);
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className="shrink-0"
    >
      <title>{label}</title>
      {values.map((value, index) => {
        const tall = value === 0 ? 1 : Math.max(2, (value / highest) * height);
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is identified by its position.
            key={index}
            x={index * slot}
            y={height - tall}
            width={Math.max(1, slot - 1)}
            height={tall}
            className={value === 0 ? "fill-line" : "fill-accent"}
          />
        );
      })}
    </svg>
  );
}
