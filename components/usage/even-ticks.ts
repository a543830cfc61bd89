/** At most six axis ticks from 0 to at least `highest`, in steps of 1, 2 or 5 times a power of ten. */
export function evenTicks(highest: number): number[] {
  let step = 1;
  for (let factor = 0; step * 5 < highest; factor += 1)
    step = ([1, 2, 5][factor % 3] as number) * 10 ** Math.floor(factor / 3);
  const count = Math.max(1, Math.ceil(highest / step));
  return Array.from({ length: count + 1 }, (_, index) => index * step);
}
