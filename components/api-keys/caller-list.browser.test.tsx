import { expect, test } from "vitest";
import { page } from "vitest/browser";
import type { KeyCaller } from "@/lib/contracts/key-callers";
import { withForcedColors } from "@/tests/browser/media";
import { render } from "@/tests/browser/render";
import { CallerList } from "./caller-list";

const caller: KeyCaller = {
  ...{ block: "203.0.113.0/24", client: "python-requests", method: "GET", route: "/v1/documents" },
  ...{ lastIp: "203.0.113.7", firstAt: "2026-11-01T10:00:00.000Z", lastAt: new Date().toISOString() },
  ...{ allowed: 1500, denied: 500, isNew: false },
};
const callers: KeyCaller[] = [
  caller,
  {
    ...caller,
    block: "2001:db8:7:8::/64",
    lastIp: "2001:db8:7:8:ffff:ffff:ffff:ffff",
    isNew: true,
    allowed: 0,
  },
  { ...caller, block: null, client: null, lastIp: null, method: null, route: null, allowed: 0, denied: 0 },
];

function Callers() {
  return <CallerList label="Callers" workspaceSlug="acme" keyId="key_1" callers={callers} />;
}

const rows = page.getByRole("listitem");
const bars = () => [...document.querySelectorAll<HTMLElement>("li .bg-accent, li .bg-bad")];

for (const width of [360, 1280])
  test(`at ${width} px a caller is two lines, and nothing is cut off but names`, async () => {
    await page.viewport(width, 900);
    render(<Callers />);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    for (const row of rows.elements()) {
      expect(row.getBoundingClientRect().height).toBeLessThan(80);
      const last = row.querySelector("time:last-of-type") as HTMLElement;
      expect(last.getBoundingClientRect().right).toBeLessThanOrEqual(width);
    }
    await expect.element(rows.nth(1).getByText("New", { exact: true })).toBeVisible();
    await expect.element(rows.nth(0).getByText("New", { exact: true })).not.toBeInTheDocument();
  });

test("bars are in proportion to the requests, also in forced colors", async () => {
  await page.viewport(1280, 900);
  render(<Callers />);
  const [allowed = 0, denied = 0, , newDenied = 0] = bars().map((bar) => bar.getBoundingClientRect().width);
  expect(allowed / denied).toBeCloseTo(3, 1);
  expect(newDenied).toBeCloseTo(denied, 1);
  await withForcedColors(async () => {
    for (const bar of bars().slice(0, 2))
      expect(getComputedStyle(bar).backgroundColor).not.toBe("rgb(255, 255, 255)");
  });
});

test("a caller leads to its entries, and one that the log knows nothing of to those of the key", async () => {
  render(<Callers />);
  await expect
    .element(page.getByRole("link", { name: "203.0.113.7 · python-requests" }))
    .toHaveAttribute(
      "href",
      "/acme/settings/api/access-logs?key=key_1&ip=203.0.113.0%252F24&client=python-requests&range=7d",
    );
  await expect
    .element(page.getByRole("link", { name: "Unknown address · Unknown client" }))
    .toHaveAttribute("href", "/acme/settings/api/access-logs?key=key_1&range=7d");
  await expect.element(rows.nth(2)).toHaveTextContent("No requests");
});
