import { useState } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectWithinWindow, gapBetween } from "@/tests/browser/geometry";
import { withForcedColors } from "@/tests/browser/media";
import { render } from "@/tests/browser/render";
import { Combobox } from "./combobox";
import { Dialog } from "./dialog";
import { Field } from "./field";

const zones = ["Europe/Berlin", "Europe/Paris", "America/New York"];
const input = page.getByRole("combobox", { name: "Time zone" });
const list = page.getByRole("listbox");
const option = (name: string) => page.getByRole("option", { name });

const submitted = vi.fn();
beforeEach(() => submitted.mockReset());

function Zone({ initial = "", suggestions = zones }: { initial?: string; suggestions?: string[] }) {
  const [value, setValue] = useState(initial);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submitted(value);
      }}
    >
      <Field label="Time zone" hint="For dates in mails.">
        <Combobox value={value} onValueChange={setValue} suggestions={suggestions} />
      </Field>
      <button type="submit">Save</button>
    </form>
  );
}

function activeOption(): string | null {
  const id = input.element().getAttribute("aria-activedescendant");
  return id === null ? null : (document.getElementById(id)?.textContent ?? "missing");
}

const names = () => [...document.querySelectorAll("[role=option]")].map((one) => one.textContent);

function renderZone(props: Parameters<typeof Zone>[0] = {}) {
  const shown = render(<Zone {...props} />);
  input.element().focus();
  return shown;
}

test("focus alone opens nothing; a press and the arrow keys do", async () => {
  renderZone();
  expect(list.query()).toBeNull();
  await expect.element(input).toHaveAttribute("aria-expanded", "false");
  await expect.element(input).toHaveAccessibleDescription("For dates in mails.");
  await userEvent.click(input);
  await expect.element(list).toBeVisible();
  expect(input.element().getAttribute("aria-controls")).toBe(list.element().id);
});

test.each([
  ["{ArrowDown}", "Europe/Berlin"],
  ["{ArrowUp}", "America/New York"],
])("%s opens it and goes to that end; the focus stays in the field", async (key, name) => {
  renderZone();
  await userEvent.keyboard(key);
  await expect.poll(activeOption).toBe(name);
  await expect.element(input).toHaveFocus();
});

test("arrow keys go round", async () => {
  renderZone();
  await userEvent.keyboard("{ArrowDown}");
  for (const [key, name] of [
    ["{ArrowDown}", "Europe/Paris"],
    ["{ArrowDown}", "America/New York"],
    ["{ArrowDown}", "Europe/Berlin"],
    ["{ArrowUp}", "America/New York"],
  ] as const) {
    await userEvent.keyboard(key);
    await expect.poll(activeOption).toBe(name);
  }
});

test("Alt+ArrowDown opens it without a choice", async () => {
  renderZone();
  await userEvent.keyboard("{Alt>}{ArrowDown}{/Alt}");
  await expect.element(list).toBeVisible();
  expect(activeOption()).toBeNull();
});

test("Home, End and the arrow keys to the sides move in the text", async () => {
  renderZone({ initial: "Europe" });
  await userEvent.keyboard("{ArrowDown}{Home}");
  expect((input.element() as HTMLInputElement).selectionStart).toBe(0);
  await userEvent.keyboard("{End}{ArrowLeft}");
  expect((input.element() as HTMLInputElement).selectionStart).toBe(5);
});

test("typing narrows the list to what contains it, and forgets the option at hand", async () => {
  renderZone();
  await userEvent.keyboard("{ArrowDown}EUR");
  await expect.poll(names).toEqual(["Europe/Berlin", "Europe/Paris"]);
  expect(activeOption()).toBeNull();
  await userEvent.keyboard("x");
  await expect.element(list).not.toBeInTheDocument();
  await expect.element(input).toHaveValue("EURx");
  await expect.element(input).toHaveAttribute("aria-expanded", "false");
});

test("Enter takes the option at hand and submits nothing; without one it submits what was typed", async () => {
  renderZone();
  await userEvent.keyboard("par{ArrowDown}{Enter}");
  await expect.element(input).toHaveValue("Europe/Paris");
  await expect.element(list).not.toBeInTheDocument();
  expect(submitted).not.toHaveBeenCalled();
  await userEvent.keyboard("{Enter}");
  expect(submitted.mock.calls).toEqual([["Europe/Paris"]]);
});

test("a press takes an option, and the field keeps the focus", async () => {
  renderZone();
  await userEvent.click(input);
  await userEvent.click(option("Europe/Paris"));
  await expect.element(input).toHaveValue("Europe/Paris");
  await expect.element(input).toHaveFocus();
  await expect.element(list).not.toBeInTheDocument();
});

test("the present value hides no other choice", async () => {
  renderZone({ initial: "Europe/Paris" });
  await userEvent.keyboard("{ArrowDown}");
  await expect.poll(names).toEqual(zones);
  await expect.element(option("Europe/Paris")).toHaveAttribute("aria-selected", "true");
});

function Around() {
  const [open, setOpen] = useState(true);
  return (
    <Dialog open={open} onOpenChange={setOpen} title="Time">
      <Zone />
    </Dialog>
  );
}

test("Escape closes the list and keeps the text; in a dialog it takes another to close that", async () => {
  render(<Around />);
  await expect.element(input).toHaveFocus();
  await userEvent.keyboard("eu");
  await expect.element(list).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect.element(list).not.toBeInTheDocument();
  await expect.element(input).toHaveValue("eu");
  await userEvent.keyboard("{Escape}");
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
});

test("Tab closes it, keeps the text and goes on", async () => {
  renderZone();
  await userEvent.keyboard("eu{ArrowDown}{Tab}");
  await expect.element(list).not.toBeInTheDocument();
  await expect.element(input).toHaveValue("eu");
  await expect.element(page.getByRole("button", { name: "Save" })).toHaveFocus();
});

test("suggestions that come late and become fewer: the option at hand is one of them", async () => {
  const { rerender } = renderZone({ suggestions: [] });
  await userEvent.keyboard("{ArrowDown}");
  expect(list.query()).toBeNull();
  rerender(<Zone suggestions={zones} />);
  await expect.element(list).toBeVisible();
  await userEvent.keyboard("{ArrowUp}");
  await expect.poll(activeOption).toBe("America/New York");
  rerender(<Zone suggestions={zones.slice(0, 1)} />);
  await expect.poll(activeOption).not.toBe("missing");
});

test("unmounted while it is open, it leaves nothing behind", async () => {
  const { unmount } = renderZone();
  await userEvent.keyboard("{ArrowDown}");
  await expect.element(list).toBeVisible();
  unmount();
  expect(document.querySelectorAll("[popover]")).toHaveLength(0);
});

test.each([
  [1024, 768],
  [360, 640],
])(
  "at %i × %i px a long list scrolls with the option at hand, and stays in the window",
  async (width, height) => {
    await page.viewport(width, height);
    renderZone({ suggestions: Array.from({ length: 400 }, (_, index) => `Zone number ${index}`) });
    await userEvent.keyboard("{ArrowUp}");
    await expectWithinWindow(list.element());
    await expect.element(option("Zone number 399")).toBeInViewport({ ratio: 0.99 });
    expect(list.element().getBoundingClientRect().width).toBe(input.element().getBoundingClientRect().width);
  },
);

test("a list that becomes shorter stays at its field, above or below", async () => {
  const { main } = renderZone({
    suggestions: Array.from({ length: 40 }, (_, index) => `Zone number ${index}`),
  });
  main.style.cssText = "position: fixed; bottom: 0; width: 300px";
  await userEvent.keyboard("{ArrowDown}");
  await expectWithinWindow(list.element());
  await userEvent.keyboard("Zone number 39");
  await expect.poll(names).toHaveLength(1);
  await expect.poll(() => gapBetween(input.element(), list.element())).toBe(4);
});

test("with forced colors the option at hand stands out", async () => {
  await withForcedColors(async () => {
    renderZone();
    await userEvent.keyboard("{ArrowDown}");
    const [active, other] = ["Europe/Berlin", "Europe/Paris"].map((name) =>
      getComputedStyle(option(name).element()),
    );
    expect(active?.backgroundColor).not.toBe(other?.backgroundColor);
  });
});
