import { type ReactNode, useState } from "react";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { later, render } from "@/tests/browser/render";
import { loadOnUse } from "./load-on-use";
import { Menu, MenuItem } from "./menu";
import { dismissToast, readToasts } from "./toast";

const code = { Panel: ({ text }: { text: string }) => <p>{text}</p> };
const Items = () => <MenuItem>Rename</MenuItem>;
const panel = page.getByText("Panel");

function loadedLater() {
  const answer = later();
  const importModule = vi.fn(() => answer.promise.then(() => code));
  return { answer, importModule, part: loadOnUse(importModule) };
}

function Opener({ open, children }: { open: (show: () => void) => void; children: ReactNode }) {
  const [shown, setShown] = useState(false);
  return (
    <>
      <button type="button" onClick={() => open(() => setShown(true))}>
        Open
      </button>
      {shown && children}
    </>
  );
}

test("a component shows nothing until its code has loaded, then appears", async () => {
  const { answer, part } = loadedLater();
  const Panel = part.component("Panel");
  render(<Panel text="Panel" />);
  expect(panel.query()).toBeNull();
  answer.resolve();
  await expect.element(panel).toBeVisible();
});

test("whenLoaded opens once the code has loaded, and at once from then on", async () => {
  const { answer, importModule, part } = loadedLater();
  const open = vi.fn();
  part.whenLoaded(open);
  expect(open).not.toHaveBeenCalled();
  answer.resolve();
  await vi.waitFor(() => expect(open).toHaveBeenCalledOnce());
  part.whenLoaded(open);
  expect(open).toHaveBeenCalledTimes(2);
  expect(importModule).toHaveBeenCalledOnce();
});

test("what is pressed while the code loads cancels the opening", async () => {
  for (const goOn of [
    () => userEvent.keyboard("{Escape}"),
    () => userEvent.click(page.getByRole("button", { name: "Elsewhere" })),
  ]) {
    const { answer, part } = loadedLater();
    const open = vi.fn();
    const { unmount } = render(<button type="button">Elsewhere</button>);
    part.whenLoaded(open);
    await goOn();
    answer.resolve();
    await answer.promise;
    const next = vi.fn();
    await vi.waitFor(() => {
      part.whenLoaded(next);
      expect(next).toHaveBeenCalled();
    });
    expect(open).not.toHaveBeenCalled();
    unmount();
  }
});

test("what opens after loading is there at once, so that no press can come between", async () => {
  const { answer, part } = loadedLater();
  const Panel = part.component("Panel");
  let shown: Element | null | undefined;
  const open = (show: () => void) =>
    part.whenLoaded(() => {
      show();
      queueMicrotask(() => {
        shown = panel.query();
      });
    });
  render(
    <Opener open={open}>
      <Panel text="Panel" />
    </Opener>,
  );
  await userEvent.click(page.getByRole("button", { name: "Open" }));
  answer.resolve();
  await vi.waitFor(() => expect(shown).toBeDefined());
  expect(shown).not.toBeNull();
});

test("a button loads what it opens on hover and on focus", async () => {
  for (const approach of [
    () => userEvent.hover(page.getByRole("button", { name: "Open" })),
    () => userEvent.keyboard("{Tab}"),
  ]) {
    const { importModule, part } = loadedLater();
    const { unmount } = render(
      <button type="button" {...part.preloads}>
        Open
      </button>,
    );
    expect(importModule).not.toHaveBeenCalled();
    await approach();
    await vi.waitFor(() => expect(importModule).toHaveBeenCalled());
    unmount();
  }
});

test("code that can't be loaded is said in a toast, opens nothing, and is tried again by the next press", async () => {
  const importModule = vi.fn<() => Promise<typeof code>>().mockRejectedValueOnce(new Error("Offline"));
  importModule.mockResolvedValue(code);
  const part = loadOnUse(importModule);
  const open = vi.fn();
  part.whenLoaded(open);
  await vi.waitFor(() => expect(readToasts()).toHaveLength(1));
  for (const { id } of readToasts()) dismissToast(id);
  expect(open).not.toHaveBeenCalled();
  part.whenLoaded(open);
  await vi.waitFor(() => expect(open).toHaveBeenCalledOnce());
});

test("hovering what can't be loaded says nothing", async () => {
  const importModule = vi.fn<() => Promise<typeof code>>().mockRejectedValue(new Error("Offline"));
  const part = loadOnUse(importModule);
  part.preload();
  await vi.waitFor(() => expect(importModule).toHaveBeenCalledOnce());
  expect(readToasts()).toEqual([]);
});

test("a menu opens when its items have loaded, and the first has the focus", async () => {
  const answer = later();
  const items = loadOnUse(() => answer.promise.then(() => ({ Items })));
  const LoadedItems = items.component("Items");
  const onFocus = vi.fn();
  render(
    <Menu
      needs={items}
      trigger={
        <button type="button" onFocus={onFocus}>
          More
        </button>
      }
    >
      <LoadedItems />
    </Menu>,
  );
  const trigger = page.getByRole("button", { name: "More" });
  trigger.element().focus();
  expect(onFocus).toHaveBeenCalledOnce();
  await userEvent.keyboard("{ArrowDown}");
  await expect.element(trigger).toHaveAttribute("aria-expanded", "false");
  answer.resolve();
  await expect.element(page.getByRole("menuitem", { name: "Rename" })).toHaveFocus();
  await expect.element(trigger).toHaveAttribute("aria-expanded", "true");
});
