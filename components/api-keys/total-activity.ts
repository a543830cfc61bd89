/** Separate from the buckets of the chart, which the list doesn't need. */
export function totalActivity(hours: { allowed: number; denied: number }[]): {
  allowed: number;
  denied: number;
} {
  return hours.reduce(
    (sum, hour) => ({ allowed: sum.allowed + hour.allowed, denied: sum.denied + hour.denied }),
    {
      allowed: 0,
      denied: 0,
    },
  );
}
