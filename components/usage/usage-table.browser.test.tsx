import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { UsageRequests } from "@/lib/contracts/usage";
import { withForcedColors } from "@/tests/browser/media";
import { render } from "@/tests/browser/render";
import { UsageChart } from "./usage-chart";
import { UsageTable } from "./usage-table";

const names = [
  "blog ingest",
  "nightly export of everything that changed since yesterday",
  "mobile",
  "ci",
  "docs",
];
const groups = [...names, "seldom used"].map((name, index) => ({
  value: `key_${index}`,
  name,
  keys: null,
  allowed: 5000 - index * 800,
  denied: index * 7,
  bars: Array.from({ length: 90 }, (_, bar) => ((bar * (index + 3)) % 17) * 4),
}));
const usage: UsageRequests = {
  from: "2026-11-01T00:00:00.000Z",
  to: "2026-12-01T00:00:00.000Z",
  barSeconds: 28_800,
  total: { allowed: 18_500, denied: 200 },
  bars: Array.from({ length: 90 }, (_, bar) => groups.reduce((sum, { bars }) => sum + (bars[bar] ?? 0), 40)),
  groups,
};

function Usage() {
  return (
    <>
      <UsageChart by="key" usage={usage} />
      <UsageTable workspaceSlug="acme" filters={{ by: "key", range: "30d", key: undefined }} usage={usage} />
    </>
  );
}

const chart = page.getByRole("slider", { name: "Requests by key" });
const table = page.getByRole("table", { name: "Requests by key", exact: true });

for (const width of [360, 1280])
  test(`at ${width} px everything fits, and the chart stays where it is while bars are read`, async () => {
    await page.viewport(width, 900);
    render(<Usage />);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    const { top } = chart.element().getBoundingClientRect();
    chart.element().focus();
    await userEvent.keyboard("{ArrowLeft}");
    await expect
      .element(chart)
      .toHaveAttribute("aria-valuetext", expect.stringMatching(/blog ingest \d+.*Other \d+$/));
    expect(chart.element().getBoundingClientRect().top).toBe(top);
  });

test("rows lead to the log, and the last one is what all others leave of the total", async () => {
  render(<Usage />);
  const rows = table.getByRole("row").elements();
  expect(rows).toHaveLength(8);
  expect(rows[1]?.textContent).toBe("blog ingest5,000026%");
  expect(rows[7]?.textContent).toBe("Other500953%");
  await expect
    .element(table.getByRole("link", { name: "ci" }))
    .toHaveAttribute(
      "href",
      "/acme/settings/api/access-logs?from=2026-11-01T00%3A00%3A00.000Z&to=2026-12-01T00%3A00%3A00.000Z&key=key_3",
    );
});

test("in forced colors every series keeps a color of its own", async () => {
  await withForcedColors(async () => {
    render(<Usage />);
    const colors = table
      .getByRole("row")
      .elements()
      .slice(1, 6)
      .map((row) => getComputedStyle(row.querySelector("th [aria-hidden]") as Element).backgroundColor);
    expect(new Set(colors).size).toBe(5);
  });
});
