import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectWithinWindow, gapBetween } from "@/tests/browser/geometry";
import { withForcedColors } from "@/tests/browser/media";
import { render } from "@/tests/browser/render";
import { Dialog } from "./dialog";
import { Tooltip } from "./tooltip";

const time = page.getByRole("button", { name: "2 min ago" });
const tooltip = page.getByRole("tooltip");

function When({ content = "22 Nov 2026, 14:02:11 CET" }: { content?: string }) {
  return (
    <Tooltip content={content}>
      <button type="button" aria-describedby="note">
        2 min ago
      </button>
    </Tooltip>
  );
}

function renderTime() {
  return render(
    <div className="grid justify-items-start gap-24">
      <p id="note">Refreshed.</p>
      <When />
      <button type="button">Next</button>
    </div>,
  );
}

test("the focus shows it, describes the control with it, and leaving takes it away", async () => {
  renderTime();
  await userEvent.keyboard("{Tab}");
  await expect.element(tooltip).toHaveTextContent("22 Nov 2026, 14:02:11 CET");
  await expect.element(time).toHaveAccessibleDescription("Refreshed. 22 Nov 2026, 14:02:11 CET");
  await userEvent.keyboard("{Tab}");
  await expect.element(tooltip).not.toBeInTheDocument();
  await expect.element(time).toHaveAccessibleDescription("Refreshed.");
  await expect.element(page.getByRole("button", { name: "Next" })).toHaveFocus();
});

test("Escape hides it, and the control keeps the focus", async () => {
  renderTime();
  await userEvent.keyboard("{Tab}");
  await expect.element(tooltip).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect.element(tooltip).not.toBeInTheDocument();
  await expect.element(time).toHaveFocus();
});

test("Escape hides what was hovered, too, and leaves the dialog around it open", async () => {
  const onOpenChange = vi.fn();
  render(
    <Dialog open onOpenChange={onOpenChange} title="Key">
      <When />
    </Dialog>,
  );
  await userEvent.hover(time);
  await expect.element(tooltip).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect.element(tooltip).not.toBeInTheDocument();
  expect(onOpenChange).not.toHaveBeenCalled();
});

test("hovering shows it, it stays while it is hovered itself, and goes after the pointer has left both", async () => {
  renderTime();
  await userEvent.hover(time);
  await expect.element(tooltip).toBeVisible();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await userEvent.hover(tooltip);
  vi.runAllTimers();
  await expect.element(tooltip).toBeVisible();
  await userEvent.hover(page.getByRole("button", { name: "Next" }));
  await expect.poll(() => vi.getTimerCount()).toBe(1);
  vi.runAllTimers();
  await expect.element(tooltip).not.toBeInTheDocument();
});

test("it stays for the focus when the pointer leaves", async () => {
  renderTime();
  await userEvent.keyboard("{Tab}");
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await userEvent.hover(time);
  await userEvent.hover(page.getByRole("button", { name: "Next" }));
  vi.runAllTimers();
  await expect.element(tooltip).toBeVisible();
});

test("unmounted while it is shown or about to go, it leaves nothing behind", async () => {
  const { unmount } = renderTime();
  await userEvent.hover(time);
  await expect.element(tooltip).toBeVisible();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  await userEvent.hover(page.getByRole("button", { name: "Next" }));
  await expect.poll(() => vi.getTimerCount()).toBe(1);
  unmount();
  expect(vi.getTimerCount()).toBe(0);
  expect(document.querySelector("[role=tooltip]")).toBeNull();
});

test("it stands above its control, and below where there is no room above", async () => {
  renderTime();
  await userEvent.hover(time);
  await expect.poll(() => gapBetween(time.element(), tooltip.element())).toBe(4);
  expect(tooltip.element().getBoundingClientRect().bottom).toBeLessThan(
    time.element().getBoundingClientRect().top,
  );
});

test.each(["left", "right"])("at 360 px a long text at the %s edge stays in the window", async (side) => {
  await page.viewport(360, 640);
  render(
    <div style={{ position: "fixed", top: 0, [side]: 0 }}>
      <When content={"This key has never been used. ".repeat(10)} />
    </div>,
  );
  await userEvent.keyboard("{Tab}");
  await expectWithinWindow(tooltip.element());
  expect(tooltip.element().getBoundingClientRect().top).toBeGreaterThan(
    time.element().getBoundingClientRect().bottom,
  );
});

test("with forced colors it has an edge", async () => {
  await withForcedColors(async () => {
    renderTime();
    await userEvent.keyboard("{Tab}");
    await expect.element(tooltip).toBeVisible();
    const { borderTopStyle, borderTopWidth } = getComputedStyle(tooltip.element());
    expect([borderTopStyle, borderTopWidth]).toEqual(["solid", "1px"]);
  });
});
