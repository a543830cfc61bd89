export type ActivityBucket = { start: string; end: string; allowed: number; denied: number };

const hourMs = 3_600_000;

/** Groups hours into longer buckets, counted back from the newest hour. The oldest bucket may be shorter. */
export function bucketHours(
  hours: { start: string; allowed: number; denied: number }[],
  hoursPerBucket: number,
): ActivityBucket[] {
  const buckets: ActivityBucket[] = [];
  for (let end = hours.length; end > 0; end -= hoursPerBucket) {
    const slice = hours.slice(Math.max(0, end - hoursPerBucket), end);
    const first = slice[0];
    const last = slice[slice.length - 1];
    if (!first || !last) break;
    buckets.unshift({
      start: first.start,
      end: new Date(Date.parse(last.start) + hourMs).toISOString(),
      allowed: slice.reduce((sum, hour) => sum + hour.allowed, 0),
      denied: slice.reduce((sum, hour) => sum + hour.denied, 0),
    });
  }
  return buckets;
}
