import { beforeEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import type { AccessLogOverview } from "@/lib/contracts/access-logs";
import { render } from "@/tests/browser/render";
import { LogHistogram } from "./log-histogram";

const start = Date.parse("2026-11-27T10:00:00Z");
const hourMs = 3_600_000;
const overview: AccessLogOverview = {
  from: new Date(start).toISOString(),
  to: new Date(start + 12 * hourMs).toISOString(),
  barSeconds: 3600,
  bars: Array.from({ length: 12 }, (_, index) => ({
    start: new Date(start + index * hourMs).toISOString(),
    allowed: index,
    denied: index === 3 ? 2 : 0,
    codes: index === 3 ? { expired_key: 2 } : {},
  })),
  total: { allowed: 66, denied: 2 },
  facets: { keys: [], codes: [], routes: [], callers: [] },
};

const onRange = vi.fn();
const onZoomOut = vi.fn();
beforeEach(() => {
  onRange.mockReset();
  onZoomOut.mockReset();
});

const chart = page.getByRole("slider", { name: "Requests over time" });
const hours = (from: number, to: number) => [start + from * hourMs, start + to * hourMs];

function Chart({ zoomed = false, of = overview }: { zoomed?: boolean; of?: AccessLogOverview }) {
  return (
    <LogHistogram
      overview={of}
      noun="Requests"
      onRange={onRange}
      onZoomOut={zoomed ? onZoomOut : undefined}
    />
  );
}

async function pointer(type: string, bar: number, more: PointerEventInit = {}) {
  const box = chart.element().getBoundingClientRect();
  const clientX = box.left + ((bar + 0.5) / overview.bars.length) * box.width;
  chart.element().dispatchEvent(
    new PointerEvent(type, {
      bubbles: true,
      clientX,
      clientY: box.top + 50,
      buttons: 1,
      pointerId: 1,
      ...more,
    }),
  );
  // React renders after the event.
  await Promise.resolve();
}

test("dragging over bars in either direction chooses their range", async () => {
  render(<Chart />);
  // A pointer that doesn't exist can't be captured.
  chart.element().setPointerCapture = () => {};
  await pointer("pointerdown", 7);
  await pointer("pointermove", 5);
  await pointer("pointermove", 4);
  await expect.element(page.getByText("4 allowed")).toBeVisible();
  await pointer("pointerup", 4);
  expect(onRange.mock.calls).toEqual([hours(4, 8)]);
});

test("a press chooses one bar, another mouse button and a drag that the browser takes over choose nothing", async () => {
  render(<Chart />);
  chart.element().setPointerCapture = () => {};
  await pointer("pointerdown", 3, { button: 2 });
  await pointer("pointerup", 3);
  await pointer("pointerdown", 3);
  await pointer("pointercancel", 3);
  await pointer("pointerup", 3);
  expect(onRange).not.toHaveBeenCalled();
  await pointer("pointerdown", 3);
  await pointer("pointerup", 3);
  expect(onRange.mock.calls).toEqual([hours(3, 4)]);
});

test("keys read the bars, select with Shift, and zoom in and out", async () => {
  const { rerender } = render(<Chart />);
  chart.element().focus();
  await userEvent.keyboard("{Home}{ArrowRight}{ArrowRight}{ArrowRight}");
  await expect
    .element(chart)
    .toHaveAttribute("aria-valuetext", expect.stringMatching(/: 3 allowed, 2 denied$/));
  await expect.element(page.getByText("expired_key 2")).toBeVisible();
  await userEvent.keyboard("{Shift>}{ArrowLeft}{ArrowLeft}{/Shift}{Enter}");
  expect(onRange.mock.calls).toEqual([hours(1, 4)]);
  await userEvent.keyboard("{Escape}");
  expect(onZoomOut).not.toHaveBeenCalled();
  rerender(<Chart zoomed />);
  await userEvent.keyboard("{Shift>}{ArrowLeft}{/Shift}{Escape}");
  expect(onZoomOut).not.toHaveBeenCalled();
  await userEvent.keyboard("{Escape}");
  expect(onZoomOut).toHaveBeenCalledOnce();
  await userEvent.tab();
  await userEvent.click(page.getByRole("button", { name: "Zoom out" }));
  expect(onZoomOut).toHaveBeenCalledTimes(2);
});

test("a single minute can’t be divided", async () => {
  const bar = overview.bars[3] as AccessLogOverview["bars"][number];
  render(<Chart of={{ ...overview, barSeconds: 60, bars: [bar] }} />);
  chart.element().focus();
  await userEvent.keyboard("{Enter}");
  expect(onRange).not.toHaveBeenCalled();
});

test("assistive technology gets a table of the bars that have entries", async () => {
  render(<Chart />);
  const rows = page.getByRole("table", { name: "Requests over time, as a table" }).getByRole("row");
  expect(rows.elements()).toHaveLength(1 + 11);
  await expect.element(rows.nth(3)).toHaveTextContent(/32$/);
});

test("an empty range is an empty chart, without a highest value", async () => {
  const bars = overview.bars.map((bar) => ({ ...bar, allowed: 0, denied: 0, codes: {} }));
  render(<Chart of={{ ...overview, bars }} />);
  await expect.element(chart).toBeVisible();
  expect(chart.element().textContent).toBe("");
});
