import { useState } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectWithinWindow, gapBetween } from "@/tests/browser/geometry";
import { withForcedColors } from "@/tests/browser/media";
import { render } from "@/tests/browser/render";
import { Dialog } from "./dialog";
import { Field } from "./field";
import { Select } from "./select";
import type { SelectOption } from "./select-list";

const roles: SelectOption<string>[] = [
  { value: "owner", label: "Owner", disabled: true },
  { value: "admin", label: "Admin" },
  { value: "auditor", label: "Auditor" },
  { value: "member", label: "Member", hint: "Can use API keys" },
  { value: "guest", label: "Guest", disabled: true },
];

const box = page.getByRole("combobox", { name: "Role" });
const list = page.getByRole("listbox");
const option = (name: string) => page.getByRole("option", { name, exact: false });

const chosen = vi.fn();
beforeEach(() => chosen.mockReset());

function RolePick({
  initial = "member",
  options = roles,
  disabled = false,
}: {
  initial?: string;
  options?: SelectOption<string>[];
  disabled?: boolean;
}) {
  const [value, setValue] = useState(initial);
  return (
    <Field
      label="Role"
      hint="You can change it later."
      error={value === "admin" ? "Needs an owner." : undefined}
    >
      <Select
        value={value}
        onValueChange={(next) => {
          chosen(next);
          setValue(next);
        }}
        options={options}
        disabled={disabled}
        placeholder="Choose a role"
        name="role"
      />
    </Field>
  );
}

/** The option that a screen reader would be told about. */
function activeOption(): string | null {
  const id = box.element().getAttribute("aria-activedescendant");
  return id === null ? null : (document.getElementById(id)?.textContent ?? "missing");
}

async function openSelect(key = "{ArrowDown}", props: Parameters<typeof RolePick>[0] = {}) {
  const shown = render(<RolePick {...props} />);
  box.element().focus();
  await userEvent.keyboard(key);
  await expect.element(list).toBeVisible();
  return shown;
}

test("is named by its field, says its value, and is no open list", async () => {
  render(<RolePick />);
  await expect.element(box).toHaveTextContent("Member");
  await expect.element(box).toHaveAccessibleDescription("You can change it later.");
  await expect.element(box).toHaveAttribute("aria-expanded", "false");
  expect(activeOption()).toBeNull();
});

test.each(["{ArrowDown}", "{ArrowUp}", "{Enter}", " "])(
  "%s opens it at the present value, and the focus stays on the button",
  async (key) => {
    await openSelect(key);
    await expect.poll(activeOption).toContain("Member");
    await expect.element(box).toHaveFocus();
    expect(box.element().getAttribute("aria-controls")).toBe(list.element().id);
    expect(option("Member").element().getAttribute("aria-selected")).toBe("true");
  },
);

test.each([
  ["{Home}", "Admin"],
  ["{End}", "Member"],
])("%s opens it at that end", async (key, name) => {
  await openSelect(key, { initial: "auditor" });
  await expect.poll(activeOption).toContain(name);
});

test("without a value it opens at the first that can be chosen", async () => {
  await openSelect("{ArrowDown}", { initial: "" });
  await expect.poll(activeOption).toBe("Admin");
});

test("arrow keys, Home and End move within what can be chosen, and stop at the ends", async () => {
  await openSelect();
  for (const [key, name] of [
    ["{ArrowDown}", "Member"],
    ["{ArrowUp}", "Auditor"],
    ["{ArrowUp}", "Admin"],
    ["{ArrowUp}", "Admin"],
    ["{End}", "Member"],
    ["{Home}", "Admin"],
    ["{PageDown}", "Member"],
    ["{PageUp}", "Admin"],
  ] as const) {
    await userEvent.keyboard(key);
    await expect.poll(activeOption).toContain(name);
  }
  expect(chosen).not.toHaveBeenCalled();
});

test.each(["{Enter}", " "])("%s chooses, closes and keeps the focus", async (key) => {
  await openSelect();
  await userEvent.keyboard(`{ArrowUp}${key}`);
  await expect.element(list).not.toBeInTheDocument();
  await expect.element(box).toHaveTextContent("Auditor");
  await expect.element(box).toHaveFocus();
  expect(chosen.mock.calls).toEqual([["auditor"]]);
});

test("Alt+ArrowUp chooses what is at hand; Alt+ArrowDown opens", async () => {
  await openSelect("{Alt>}{ArrowDown}{/Alt}");
  await userEvent.keyboard("{ArrowUp}{Alt>}{ArrowUp}{/Alt}");
  await expect.element(list).not.toBeInTheDocument();
  expect(chosen.mock.calls).toEqual([["auditor"]]);
});

test("Tab chooses what is at hand and goes on", async () => {
  render(
    <>
      <RolePick />
      <button type="button">Next</button>
    </>,
  );
  box.element().focus();
  await userEvent.keyboard("{ArrowDown}{ArrowUp}{Tab}");
  await expect.element(list).not.toBeInTheDocument();
  await expect.element(page.getByRole("button", { name: "Next" })).toHaveFocus();
  expect(chosen.mock.calls).toEqual([["auditor"]]);
});

test("Escape closes it and changes nothing", async () => {
  await openSelect();
  await userEvent.keyboard("{ArrowUp}{Escape}");
  await expect.element(list).not.toBeInTheDocument();
  await expect.element(box).toHaveFocus();
  await expect.element(box).toHaveTextContent("Member");
  expect(chosen).not.toHaveBeenCalled();
});

test("the present value chosen again is no change", async () => {
  await openSelect();
  await userEvent.keyboard("{Enter}");
  await expect.element(list).not.toBeInTheDocument();
  expect(chosen).not.toHaveBeenCalled();
});

test("typing opens it and finds by name, past a disabled option", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  await openSelect("au");
  await expect.poll(activeOption).toBe("Auditor");
  await userEvent.keyboard("{Enter}");
  expect(chosen.mock.calls).toEqual([["auditor"]]);
});

test("typing never stops at an option that can't be chosen", async () => {
  await openSelect();
  await userEvent.keyboard("g");
  await expect.poll(activeOption).toContain("Member");
});

test("a press chooses; a press on a disabled option does not, and leaves the list open", async () => {
  render(<RolePick />);
  await userEvent.click(box);
  await userEvent.click(option("Guest"), { force: true });
  await expect.element(list).toBeVisible();
  await userEvent.click(option("Admin"));
  await expect.element(list).not.toBeInTheDocument();
  await expect.element(box).toHaveFocus();
  expect(chosen.mock.calls).toEqual([["admin"]]);
  await expect.element(box).toHaveAccessibleDescription("Needs an owner. You can change it later.");
  await expect.element(box).toHaveAttribute("aria-invalid", "true");
});

test("a press on the button closes it again, and a press elsewhere too", async () => {
  render(
    <>
      <RolePick />
      <button type="button" className="fixed right-0 bottom-0">
        Elsewhere
      </button>
    </>,
  );
  await userEvent.click(box);
  await expect.element(list).toBeVisible();
  await userEvent.click(box);
  await expect.element(list).not.toBeInTheDocument();
  await userEvent.click(box);
  await userEvent.click(page.getByRole("button", { name: "Elsewhere" }));
  await expect.element(list).not.toBeInTheDocument();
});

test("the focus that goes elsewhere by itself closes it", async () => {
  render(
    <>
      <RolePick />
      <button type="button">Next</button>
    </>,
  );
  await userEvent.click(box);
  await expect.element(list).toBeVisible();
  page.getByRole("button", { name: "Next" }).element().focus();
  await expect.element(list).not.toBeInTheDocument();
});

test("disabled, neither a press nor a key opens it", async () => {
  render(<RolePick disabled />);
  await userEvent.click(box, { force: true });
  await userEvent.keyboard("{ArrowDown}");
  expect(list.query()).toBeNull();
});

function Around() {
  const [open, setOpen] = useState(true);
  return (
    <Dialog open={open} onOpenChange={setOpen} title="Change the role">
      <RolePick />
    </Dialog>
  );
}

test("Escape closes the list alone, and then the dialog around it", async () => {
  render(<Around />);
  await expect.element(box).toHaveFocus();
  await userEvent.keyboard("{ArrowDown}");
  await expect.element(list).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect.element(list).not.toBeInTheDocument();
  await expect.element(page.getByRole("dialog")).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect.element(page.getByRole("dialog")).not.toBeInTheDocument();
});

test("unmounted while it is open, it leaves nothing behind", async () => {
  const { unmount } = await openSelect();
  unmount();
  expect(document.querySelectorAll("[popover]")).toHaveLength(0);
});

test("options that are fewer while it is open: what is at hand is one of them", async () => {
  const { rerender } = await openSelect();
  rerender(<RolePick options={roles.slice(0, 2)} />);
  await userEvent.keyboard("{Enter}");
  await expect.poll(activeOption).not.toBe("missing");
});

test.each([
  [1024, 768],
  [360, 640],
])("at %i × %i px a long list scrolls to the value, and stays in the window", async (width, height) => {
  await page.viewport(width, height);
  const options = Array.from({ length: 300 }, (_, index) => ({
    value: `${index}`,
    label: `Workspace ${index} of a company with a very long name, Limited`,
  }));
  await openSelect("{ArrowDown}", { options, initial: "250" });
  await expectWithinWindow(list.element());
  await expect.element(option("Workspace 250 ")).toBeInViewport({ ratio: 0.99 });
  await userEvent.keyboard("{End}");
  await expect.element(option("Workspace 299 ")).toBeInViewport({ ratio: 0.99 });
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
});

test("the list is as wide as its button at least, and goes with it when the page scrolls", async () => {
  const { main } = await openSelect();
  expect(list.element().clientWidth).toBeGreaterThanOrEqual(box.element().clientWidth);
  main.style.paddingBottom = "3000px";
  window.scrollTo(0, 10);
  await expect.poll(() => gapBetween(box.element(), list.element())).toBe(4);
});

test("with forced colors the option at hand and the edges can be seen", async () => {
  await withForcedColors(async () => {
    await openSelect();
    const active = getComputedStyle(option("Member").element());
    const other = getComputedStyle(option("Auditor").element());
    expect(active.backgroundColor).not.toBe(other.backgroundColor);
    expect(getComputedStyle(list.element()).borderTopStyle).toBe("solid");
    expect(getComputedStyle(box.element()).borderTopStyle).toBe("solid");
  });
});
