import { type ContenderName, contenderTitles } from "./contenders";
import { valuesOf } from "./goals";
import { number } from "./page-text";
import type { Results } from "./results";
import { type Spread, spreadOf } from "./statistics";

const width = 720;
const labelWidth = 240;
const valueWidth = 90;
const rowHeight = 34;
const headHeight = 40;
const barHeight = 16;

/** Two bar charts of the same contenders. A line on each bar shows its range. Legible on white and on black. */
export function chartOf({ decisions: { closed } }: Results): string {
  const names = Object.keys(contenderTitles) as ContenderName[];
  const barsOf = (field: "answersPerSecond" | "serverMicroseconds") =>
    names.map((name) => ({ name, spread: spreadOf(valuesOf(closed[name], field)) }));
  // better-auth's default is so much slower that it would make the other bars indistinguishable.
  const times = barsOf("serverMicroseconds").filter(({ name }) => name !== "betterAuthDefault");
  const longest = spreadOf(valuesOf(closed.betterAuthDefault, "serverMicroseconds")).median;
  const panelHeight = headHeight + names.length * rowHeight;
  const height = 2 * panelHeight + 24 - rowHeight;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"
  aria-label="Responses per second and CPU time per response of each contender">
<style>
  text { font: 13px system-ui, sans-serif; fill: #374151; }
  .title { font-weight: 600; fill: #111827; }
  .value { font-variant-numeric: tabular-nums; }
  .bar { fill: #9ca3af; }
  .own { fill: #4f46e5; }
  .range { stroke: #374151; stroke-width: 1.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #c9d1d9; }
    .title { fill: #f0f6fc; }
    .bar { fill: #6b7280; }
    .own { fill: #818cf8; }
    .range { stroke: #c9d1d9; }
  }
</style>
${panelOf("Responses per second (more is better)", barsOf("answersPerSecond"), 0)}
${panelOf(`CPU time per response, µs (less is better; better-auth's default: ${number(longest)})`, times, panelHeight + 24)}
</svg>
`;
}

function panelOf(title: string, bars: { name: ContenderName; spread: Spread }[], top: number): string {
  const longest = Math.max(...bars.map(({ spread }) => spread.median));
  const scale = (width - labelWidth - valueWidth) / longest;
  const rows = bars.map(({ name, spread }, index) => {
    const middle = top + headHeight + index * rowHeight + rowHeight / 2;
    const end = labelWidth + spread.median * scale;
    // A range beyond the chart is cut off at its edge. The table has the numbers.
    const [from, to] = [spread.least, spread.most].map((value) =>
      Math.min(labelWidth + value * scale, width - valueWidth),
    );
    const own = name === "keyward" || name === "decisions" || name === "three";
    return `<text x="${labelWidth - 12}" y="${middle + 4}" text-anchor="end">${contenderTitles[name].replaceAll("`", "")}</text>
<rect class="bar${own ? " own" : ""}" x="${labelWidth}" y="${middle - barHeight / 2}" width="${Math.max(1, end - labelWidth).toFixed(1)}" height="${barHeight}" rx="2"/>
<line class="range" x1="${from?.toFixed(1)}" x2="${to?.toFixed(1)}" y1="${middle}" y2="${middle}"/>
<text class="value" x="${(Math.max(end, to ?? end) + 8).toFixed(1)}" y="${middle + 4}">${number(spread.median)}</text>`;
  });
  return [`<text class="title" x="0" y="${top + 20}">${title}</text>`, ...rows].join("\n");
}
