import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { withForcedColors } from "@/tests/browser/media";
import { render } from "@/tests/browser/render";
import { type Bar, BarChart, type BarSeries } from "./bar-chart";

const series: BarSeries[] = [
  { id: "allowed", label: "Allowed", tone: "accent" },
  { id: "denied", label: "Denied", tone: "bad" },
];
const bars: Bar[] = Array.from({ length: 24 }, (_, hour) => ({
  id: `${hour}`,
  label: `${hour}:00`,
  values: { allowed: hour * 100, denied: hour === 3 ? 1100 : 0 },
}));

const chart = page.getByRole("slider", { name: "Requests" });
const reading = () => chart.element().getAttribute("aria-valuetext");
const barAt = (index: number) => chart.element().children[index + 1] as HTMLElement;

function Requests({ of = bars }: { of?: Bar[] }) {
  return <BarChart title="Requests" series={series} bars={of} axis={["0:00", "23:00"]} />;
}

test("the focus reads the last bar, and leaving reads none", async () => {
  render(
    <>
      <Requests />
      <button type="button">Next</button>
    </>,
  );
  await userEvent.keyboard("{Tab}");
  await expect.element(chart).toHaveFocus();
  await expect.poll(reading).toBe("23:00: Allowed 2,300, Denied 0");
  await userEvent.keyboard("{Tab}");
  await expect.element(page.getByRole("button", { name: "Next" })).toHaveFocus();
  await expect.poll(reading).toBe("Use the arrow keys to read the bars.");
});

test("arrow keys, Page Up and Page Down, Home and End read bar after bar, and stop at the ends", async () => {
  render(<Requests />);
  chart.element().focus();
  for (const [key, label] of [
    ["{ArrowLeft}", "22:00"],
    ["{ArrowRight}", "23:00"],
    ["{ArrowRight}", "23:00"],
    ["{ArrowDown}", "22:00"],
    ["{ArrowUp}", "23:00"],
    ["{PageDown}", "13:00"],
    ["{PageUp}", "23:00"],
    ["{Home}", "0:00"],
    ["{ArrowLeft}", "0:00"],
    ["{End}", "23:00"],
  ] as const) {
    await userEvent.keyboard(key);
    await expect.poll(reading).toMatch(new RegExp(`^${label}:`));
  }
  await expect.element(chart).toHaveAttribute("aria-valuenow", "23");
  await expect.element(chart).toHaveAttribute("aria-valuemax", "23");
});

test("keys with Alt or Ctrl are the browser's", async () => {
  render(<Requests />);
  chart.element().focus();
  const event = new KeyboardEvent("keydown", {
    key: "ArrowLeft",
    altKey: true,
    bubbles: true,
    cancelable: true,
  });
  chart.element().dispatchEvent(event);
  expect(event.defaultPrevented).toBe(false);
  await expect.poll(reading).toMatch(/^23:00/);
});

test("the pointer reads the bar under it, and leaves the one that the keys had reached", async () => {
  render(<Requests />);
  chart.element().focus();
  await userEvent.keyboard("{ArrowLeft}{ArrowLeft}");
  await expect.poll(reading).toMatch(/^21:00/);
  await userEvent.hover(barAt(3));
  await expect.poll(reading).toBe("3:00: Allowed 300, Denied 1,100");
  await userEvent.unhover(barAt(3));
  await expect.poll(reading).toMatch(/^21:00/);
});

test("the pointer alone reads a bar, and nothing after it left", async () => {
  render(<Requests />);
  await userEvent.hover(barAt(3));
  await expect.poll(reading).toBe("3:00: Allowed 300, Denied 1,100");
  await userEvent.unhover(barAt(3));
  await expect.poll(reading).toBe("Use the arrow keys to read the bars.");
});

test("bars are as high as their values, and stacked", async () => {
  render(<Requests />);
  const [allowed, denied] = [...barAt(3).children].map((part) => part.getBoundingClientRect());
  expect(allowed?.height).toBeCloseTo((300 / 2300) * 119, 0);
  expect(denied?.height).toBeCloseTo((1100 / 2300) * 119, 0);
  expect(denied?.bottom).toBeCloseTo(allowed?.top ?? Number.NaN, 1);
});

test("a table holds the same numbers, without the times that have none", async () => {
  render(<Requests />);
  const rows = page
    .getByRole("row")
    .elements()
    .map((row) => row.textContent);
  expect(rows[0]).toBe("TimeAllowedDenied");
  expect(rows).toHaveLength(24);
  expect(rows[3]).toBe("3:003001100");
});

test("fewer bars while one is read: what is read is one of them", async () => {
  const { rerender } = render(<Requests />);
  chart.element().focus();
  await expect.poll(reading).toMatch(/^23:00/);
  rerender(<Requests of={bars.slice(0, 6)} />);
  await expect.poll(reading).toMatch(/^5:00/);
  await expect.element(chart).toHaveAttribute("aria-valuenow", "5");
  await userEvent.keyboard("{ArrowLeft}");
  await expect.poll(reading).toMatch(/^4:00/);
});

test("no bars at all can be focused without an error", async () => {
  render(<Requests of={[]} />);
  chart.element().focus();
  await userEvent.keyboard("{ArrowLeft}{ArrowRight}{Home}{End}");
  await expect.element(chart).toHaveAttribute("aria-valuenow", "0");
});

test("at 360 px 96 bars fit", async () => {
  await page.viewport(360, 640);
  render(
    <Requests
      of={Array.from({ length: 96 }, (_, index) => ({
        id: `${index}`,
        label: `${index}`,
        values: { allowed: 1 },
      }))}
    />,
  );
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
  expect(barAt(95).getBoundingClientRect().right).toBeLessThanOrEqual(360);
  expect(barAt(95).getBoundingClientRect().width).toBeGreaterThan(0);
});

test("with forced colors the bars and both series can be seen", async () => {
  await withForcedColors(async () => {
    render(<Requests />);
    const [allowed, denied] = [...barAt(3).children].map((part) => getComputedStyle(part).backgroundColor);
    const canvas = getComputedStyle(document.documentElement).backgroundColor;
    expect(new Set([allowed, denied, canvas]).size).toBe(3);
  });
});
