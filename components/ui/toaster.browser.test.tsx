import { useState } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectWithinWindow } from "@/tests/browser/geometry";
import { withForcedColors } from "@/tests/browser/media";
import { render } from "@/tests/browser/render";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { dismissToast, readToasts, toast } from "./toast";
import { Toaster } from "./toaster";

afterEach(() => {
  for (const { id } of readToasts()) dismissToast(id);
});

const notifications = page.getByRole("region", { name: "Notifications" });
const dismiss = page.getByRole("button", { name: "Dismiss" });
const texts = () =>
  page
    .getByRole("listitem")
    .elements()
    .map((item) => item.querySelector("p")?.textContent);

function renderPage() {
  return render(
    <>
      <Toaster />
      <button type="button">Before</button>
    </>,
  );
}

const before = page.getByRole("button", { name: "Before" });

/** Until the time of a toast runs. `expect.poll` would move the clock while it waits. */
async function untilTimed() {
  while (vi.getTimerCount() === 0) await new Promise((resolve) => requestAnimationFrame(resolve));
}

test("is announced politely, by a region that was there before", async () => {
  renderPage();
  const live = document.querySelector("[aria-live=polite]");
  expect(live?.childElementCount).toBe(0);
  toast.success("Key revoked", { description: "Rejected everywhere in 12 ms." });
  await expect.poll(() => live?.textContent).toContain("Key revokedRejected everywhere in 12 ms.");
  await expectWithinWindow(notifications.element());
});

test("takes no focus, and of many the last three are shown", async () => {
  renderPage();
  before.element().focus();
  for (const text of ["one", "two", "three", "four", "five"]) toast(text);
  await expect.poll(texts).toEqual(["three", "four", "five"]);
  await expect.element(before).toHaveFocus();
});

test.each([
  ["toast", toast, 5_000],
  ["toast.success", toast.success, 5_000],
  ["toast.error", toast.error, 10_000],
] as const)("%s goes by itself, after its time", async (_, say, duration) => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  renderPage();
  say("Key revoked");
  await untilTimed();
  expect(texts()).toEqual(["Key revoked"]);
  vi.advanceTimersByTime(duration - 1);
  expect(readToasts()).toHaveLength(1);
  vi.advanceTimersByTime(1);
  await expect.poll(texts).toEqual([]);
});

test("waits while the pointer is on it, and has its whole time again after", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  renderPage();
  toast("Key revoked");
  await userEvent.hover(page.getByText("Key revoked"));
  await expect.poll(() => vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(readToasts()).toHaveLength(1);
  await userEvent.hover(before);
  await expect.poll(() => vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(5_000);
  await expect.poll(texts).toEqual([]);
});

test("waits while the focus is in it; dismissed by keyboard it hands the focus to the next, then back", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  renderPage();
  before.element().focus();
  toast("one");
  toast("two");
  await expect.poll(texts).toEqual(["one", "two"]);
  dismiss.nth(0).element().focus();
  await expect.poll(() => vi.getTimerCount()).toBe(0);
  await userEvent.keyboard("{Enter}");
  await expect.poll(texts).toEqual(["two"]);
  await expect.element(dismiss).toHaveFocus();
  await userEvent.keyboard(" ");
  await expect.poll(texts).toEqual([]);
  await expect.element(before).toHaveFocus();
});

test("a toast that goes by itself after the last in focus was dismissed: time runs again", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  renderPage();
  before.element().focus();
  toast("one");
  await expect.poll(texts).toEqual(["one"]);
  dismiss.element().focus();
  await userEvent.keyboard("{Enter}");
  await expect.element(before).toHaveFocus();
  toast("two");
  await expect.poll(texts).toEqual(["two"]);
  await expect.poll(() => vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(5_000);
  await expect.poll(texts).toEqual([]);
});

test("its action is done once, however often it is pressed, and closes it", async () => {
  const onClick = vi.fn();
  renderPage();
  toast("Filter removed", { action: { label: "Undo", onClick } });
  await userEvent.dblClick(page.getByRole("button", { name: "Undo" }), { force: true });
  await expect.poll(texts).toEqual([]);
  expect(onClick).toHaveBeenCalledOnce();
});

function Asking() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Toaster />
      <Button onClick={() => setOpen(true)}>Open</Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Rename the key"
        onSubmit={() => toast.error("Not saved")}
      >
        <input aria-label="Name" />
      </Dialog>
    </>
  );
}

test("over a modal dialog it can be pressed, and the focus stays in the dialog", async () => {
  render(<Asking />);
  await userEvent.click(page.getByRole("button", { name: "Open" }));
  await userEvent.keyboard("blog{Enter}");
  await expect.poll(texts).toEqual(["Not saved"]);
  await userEvent.click(dismiss);
  await expect.poll(texts).toEqual([]);
  expect(page.getByRole("dialog").element().contains(document.activeElement)).toBe(true);
  await expect.element(page.getByRole("textbox")).toHaveValue("blog");
});

test("a dialog that closes leaves the toast, and the focus goes to what opened the dialog", async () => {
  render(<Asking />);
  await userEvent.click(page.getByRole("button", { name: "Open" }));
  toast("Key revoked");
  await expect.poll(texts).toEqual(["Key revoked"]);
  await userEvent.click(page.getByText("Key revoked"));
  page.getByRole("textbox").element().focus();
  await userEvent.keyboard("{Escape}");
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
  await expect.poll(texts).toEqual(["Key revoked"]);
  await expect.element(page.getByRole("button", { name: "Open" })).toHaveFocus();
  await userEvent.click(dismiss);
  await expect.poll(texts).toEqual([]);
});

test("unmounted with toasts in sight, it leaves no timer", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { unmount } = renderPage();
  toast("Key revoked");
  await expect.poll(() => vi.getTimerCount()).toBe(1);
  unmount();
  expect(vi.getTimerCount()).toBe(0);
});

test("at 360 px three long toasts fit, and cover no more than they must", async () => {
  await page.viewport(360, 640);
  renderPage();
  for (const text of ["one", "two", "three"])
    toast.error(`${text} ${"https://hooks.example.com/".repeat(4)}`, {
      description: "The endpoint did not answer.",
      action: { label: "Send again", onClick: () => {} },
    });
  await expect.poll(() => texts().length).toBe(3);
  await expectWithinWindow(notifications.element());
  for (const button of page.getByRole("button").elements())
    if (notifications.element().contains(button)) await expectWithinWindow(button);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
});

test("with forced colors it has an edge", async () => {
  await withForcedColors(async () => {
    renderPage();
    toast("Key revoked");
    await expect.poll(texts).toEqual(["Key revoked"]);
    expect(getComputedStyle(page.getByRole("listitem").element()).borderTopStyle).toBe("solid");
  });
});
