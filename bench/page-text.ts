import type { Spread } from "./statistics";

export function whole({ median, least, most }: Spread): string {
  return `${number(median)} (${number(least)}–${number(most)})`;
}

export function decimal({ median, least, most }: Spread): string {
  const digits = median < 10 ? 2 : median < 100 ? 1 : 0;
  return `${median.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}

export function table(heads: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(heads),
    line(heads.map((_, column) => (column === 0 ? "---" : "---:"))),
    ...rows.map(line),
  ].join("\n");
}

export function times({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} × (${least.toFixed(2)}–${most.toFixed(2)})`;
}

export function number(value: number): string {
  return Math.round(value).toLocaleString("en");
}
