import { clsx } from "clsx";
import type { HourlyAttempts } from "@/lib/contracts/event-subscriptions";
import { healthSentence } from "./health-words";

const width = 119;
const height = 22;
const slot = 5;

/** From the bottom up: green delivered, amber delivered after retries, red failed. */
const layers = [
  { name: "delivered", style: "fill-ok" },
  { name: "retried", style: "fill-warn" },
  { name: "failed", style: "fill-bad" },
] as const;

/** The attempts of 24 hours, one bar for each hour. Its text alternative says the sums. */
export function HealthBars({ hours, className }: { hours: readonly HourlyAttempts[]; className?: string }) {
  const highest = Math.max(1, ...hours.map(totalOf));
  const label = healthSentence(hours);
  return (
    <svg
      role="img"
      aria-label={label}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      className={clsx("shrink-0", className)}
    >
      <title>{label}</title>
      {hours.map((hour, index) => (
        <HourBar key={hour.hour} hour={hour} x={index * slot} highest={highest} />
      ))}
    </svg>
  );
}

function HourBar({ hour, x, highest }: { hour: HourlyAttempts; x: number; highest: number }) {
  if (totalOf(hour) === 0)
    return <rect x={x} y={height - 1} width={slot - 1} height={1} className="fill-line" />;
  let top = height;
  return layers.map(({ name, style }) => {
    if (hour[name] === 0) return null;
    // A single failure among thousands must be seen.
    const tall = Math.max(2, (hour[name] / highest) * (height - 4));
    top -= tall;
    return <rect key={name} x={x} y={top} width={slot - 1} height={tall} className={style} />;
  });
}

function totalOf({ delivered, retried, failed }: HourlyAttempts): number {
  return delivered + retried + failed;
}
