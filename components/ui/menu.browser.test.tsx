import { useState } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectWithinWindow } from "@/tests/browser/geometry";
import { withForcedColors } from "@/tests/browser/media";
import { render } from "@/tests/browser/render";
import { Dialog } from "./dialog";
import { Menu, MenuItem, MenuLabel, MenuRadioGroup, MenuSeparator, Submenu } from "./menu";

const trigger = page.getByRole("button", { name: "More" });
const menu = page.getByRole("menu", { name: "More" });
const submenu = page.getByRole("menu", { name: "Theme" });
const item = (name: string) => page.getByRole("menuitem", { name, exact: true });

const chosen = vi.fn();
beforeEach(() => chosen.mockReset());

function KeyMenu() {
  return (
    <Menu align="start" trigger={<button type="button">More</button>}>
      <MenuLabel>blog ingest</MenuLabel>
      <MenuItem disabled onSelect={() => chosen("Rotate")}>
        Rotate
      </MenuItem>
      <MenuItem onSelect={() => chosen("Rename")}>Rename</MenuItem>
      <MenuItem onSelect={() => chosen("Disable")}>Disable</MenuItem>
      <MenuSeparator />
      <Submenu label="Theme">
        <MenuRadioGroup
          label="Theme"
          value="light"
          onValueChange={chosen}
          options={[
            { value: "light", label: "Light" },
            { value: "dark", label: "Dark" },
          ]}
        />
      </Submenu>
      <MenuItem tone="bad" onSelect={() => chosen("Revoke")}>
        Revoke
      </MenuItem>
    </Menu>
  );
}

function renderMenu() {
  return render(
    <>
      <KeyMenu />
      <button type="button">Next</button>
    </>,
  );
}

async function openMenu(key = "{ArrowDown}") {
  const shown = renderMenu();
  trigger.element().focus();
  await userEvent.keyboard(key);
  await expect.element(menu).toBeVisible();
  return shown;
}

test.each([
  ["{Enter}", "Rename"],
  [" ", "Rename"],
  ["{ArrowDown}", "Rename"],
  ["{ArrowUp}", "Revoke"],
])("%s on the button opens it and goes to %s; a disabled item is passed over", async (key, name) => {
  await openMenu(key);
  await expect.element(item(name)).toHaveFocus();
  await expect.element(trigger).toHaveAttribute("aria-expanded", "true");
  expect(trigger.element().getAttribute("aria-controls")).toBe(menu.element().id);
});

test("a press opens it, another closes it, and the button has the focus", async () => {
  renderMenu();
  await userEvent.click(trigger);
  await expect.element(item("Rename")).toHaveFocus();
  await userEvent.click(trigger);
  await expect.element(menu).not.toBeInTheDocument();
  await expect.element(trigger).toHaveFocus();
});

test("arrow keys go round, Home and End go to the ends", async () => {
  await openMenu();
  for (const [key, name] of [
    ["{ArrowDown}", "Disable"],
    ["{ArrowDown}", "Theme"],
    ["{ArrowDown}", "Revoke"],
    ["{ArrowDown}", "Rename"],
    ["{ArrowUp}", "Revoke"],
    ["{ArrowUp}", "Theme"],
    ["{Home}", "Rename"],
    ["{End}", "Revoke"],
  ] as const) {
    await userEvent.keyboard(key);
    await expect.element(item(name)).toHaveFocus();
  }
});

test("typing goes to the item of that name", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  await openMenu();
  await userEvent.keyboard("rev");
  await expect.element(item("Revoke")).toHaveFocus();
});

test("one letter again and again goes round the items that begin with it", async () => {
  await openMenu("{ArrowUp}");
  await userEvent.keyboard("r");
  await expect.element(item("Rename")).toHaveFocus();
  await userEvent.keyboard("r");
  await expect.element(item("Revoke")).toHaveFocus();
  expect(chosen).not.toHaveBeenCalled();
});

test("keys with Ctrl are the browser's, and no typing", async () => {
  await openMenu();
  await userEvent.keyboard("{Control>}d{/Control}");
  await expect.element(item("Rename")).toHaveFocus();
});

test.each(["{Enter}", " "])("%s chooses once, closes and gives the focus back", async (key) => {
  await openMenu();
  await userEvent.keyboard(key);
  await expect.element(menu).not.toBeInTheDocument();
  await expect.element(trigger).toHaveFocus();
  expect(chosen.mock.calls).toEqual([["Rename"]]);
});

test("a disabled item does nothing when it is pressed", async () => {
  await openMenu();
  await userEvent.click(item("Rotate"), { force: true });
  await expect.element(menu).toBeVisible();
  expect(chosen).not.toHaveBeenCalled();
});

test("Escape closes it and gives the focus back", async () => {
  await openMenu();
  await userEvent.keyboard("{Escape}");
  await expect.element(menu).not.toBeInTheDocument();
  await expect.element(trigger).toHaveFocus();
  await expect.element(trigger).toHaveAttribute("aria-expanded", "false");
});

test("Tab closes it and goes on from the button", async () => {
  await openMenu();
  await userEvent.keyboard("{Tab}");
  await expect.element(menu).not.toBeInTheDocument();
  await expect.element(page.getByRole("button", { name: "Next" })).toHaveFocus();
});

test("Shift+Tab closes it and goes back from the button", async () => {
  render(
    <>
      <button type="button">Before</button>
      <KeyMenu />
    </>,
  );
  trigger.element().focus();
  await userEvent.keyboard("{Enter}");
  await expect.element(item("Rename")).toHaveFocus();
  await userEvent.keyboard("{Shift>}{Tab}{/Shift}");
  await expect.element(menu).not.toBeInTheDocument();
  await expect.element(page.getByRole("button", { name: "Before" })).toHaveFocus();
});

test("a press elsewhere closes it and does what it would have done", async () => {
  const onPress = vi.fn();
  render(
    <>
      <KeyMenu />
      <button type="button" className="fixed right-0 bottom-0" onClick={onPress}>
        Elsewhere
      </button>
    </>,
  );
  await userEvent.click(trigger);
  await userEvent.click(page.getByRole("button", { name: "Elsewhere" }));
  await expect.element(menu).not.toBeInTheDocument();
  expect(onPress).toHaveBeenCalledOnce();
  await expect.element(page.getByRole("button", { name: "Elsewhere" })).toHaveFocus();
});

test("the pointer moves the focus", async () => {
  await openMenu();
  await userEvent.hover(item("Disable"));
  await expect.element(item("Disable")).toHaveFocus();
});

test.each(["{ArrowRight}", "{Enter}", " "])("%s opens a submenu and goes to its first item", async (key) => {
  await openMenu();
  await userEvent.keyboard(`t${key}`);
  await expect.element(page.getByRole("menuitemradio", { name: "Light" })).toHaveFocus();
  await expect.element(page.getByRole("menuitemradio", { name: "Light" })).toBeChecked();
});

test.each(["{ArrowLeft}", "{Escape}"])("%s leaves a submenu for the item that opened it", async (key) => {
  await openMenu();
  await userEvent.keyboard(`t{ArrowRight}{ArrowDown}${key}`);
  await expect.element(submenu).not.toBeInTheDocument();
  await expect.element(item("Theme")).toHaveFocus();
  await expect.element(menu).toBeVisible();
});

test("arrow keys stay within the submenu, and choosing closes all", async () => {
  await openMenu();
  await userEvent.keyboard("t{ArrowRight}{ArrowDown}{ArrowDown}{ArrowUp}{Enter}");
  await expect.element(menu).not.toBeInTheDocument();
  await expect.element(trigger).toHaveFocus();
  expect(chosen.mock.calls).toEqual([["dark"]]);
});

test("Tab in a submenu closes all and goes on from the button", async () => {
  await openMenu();
  await userEvent.keyboard("t{ArrowRight}{Tab}");
  await expect.element(menu).not.toBeInTheDocument();
  await expect.element(page.getByRole("button", { name: "Next" })).toHaveFocus();
});

test("a submenu opens by hovering, and closes when the pointer goes to another item", async () => {
  renderMenu();
  await userEvent.click(trigger);
  await userEvent.hover(item("Theme"));
  await expect.element(submenu).toBeVisible();
  await userEvent.hover(page.getByRole("menuitemradio", { name: "Dark" }));
  await expect.element(page.getByRole("menuitemradio", { name: "Dark" })).toHaveFocus();
  await userEvent.hover(item("Rename"));
  await expect.element(submenu).not.toBeInTheDocument();
  await expect.element(item("Rename")).toHaveFocus();
});

test("Escape closes the menu alone, and not the dialog around it", async () => {
  const onOpenChange = vi.fn();
  render(
    <Dialog open onOpenChange={onOpenChange} title="Key">
      <KeyMenu />
    </Dialog>,
  );
  await userEvent.click(trigger);
  await expect.element(item("Rename")).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await expect.element(menu).not.toBeInTheDocument();
  await expect.element(trigger).toHaveFocus();
  expect(onOpenChange).not.toHaveBeenCalled();
});

test("the button is unmounted while the menu is open: nothing is left, and the page has the focus", async () => {
  const { main, rerender } = await openMenu();
  await userEvent.keyboard("t{ArrowRight}");
  await expect.element(submenu).toBeVisible();
  rerender(<p>Gone</p>);
  expect(document.querySelectorAll("[popover]:popover-open")).toHaveLength(0);
  await expect.element(main).toHaveFocus();
  await userEvent.keyboard("{ArrowDown}{Escape}");
});

function Row() {
  const [gone, setGone] = useState(false);
  return gone ? (
    <p>Gone</p>
  ) : (
    <Menu trigger={<button type="button">More</button>}>
      <MenuItem onSelect={() => setGone(true)}>Remove</MenuItem>
    </Menu>
  );
}

test("an item that removes the menu's row leaves no error", async () => {
  render(<Row />);
  await userEvent.click(trigger);
  await userEvent.click(item("Remove"));
  await expect.element(page.getByText("Gone")).toBeVisible();
});

const workspaces = Array.from(
  { length: 60 },
  (_, index) => `Workspace number ${index} with a name that is longer than the menu`,
);

test.each([
  [1024, 768],
  [360, 640],
])("at %i × %i px a long menu scrolls, its last item can be reached", async (width, height) => {
  await page.viewport(width, height);
  render(
    <div className="flex justify-end">
      <Menu trigger={<button type="button">More</button>}>
        {workspaces.map((name) => (
          <MenuItem key={name}>{name}</MenuItem>
        ))}
      </Menu>
    </div>,
  );
  trigger.element().focus();
  await userEvent.keyboard("{ArrowUp}");
  await expectWithinWindow(menu.element());
  const last = page.getByRole("menuitem", { name: "Workspace number 59" });
  await expect.element(last).toHaveFocus();
  await expect.element(last).toBeInViewport({ ratio: 0.99 });
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
});

test.each([
  ["at the bottom it opens upwards", { bottom: 0, left: 0 }],
  ["at the right edge it stays in the window", { top: 0, right: 0 }],
])("%s", async (_, place) => {
  render(
    <div style={{ position: "fixed", ...place }}>
      <KeyMenu />
    </div>,
  );
  await userEvent.click(trigger);
  await expectWithinWindow(menu.element());
  const anchor = trigger.element().getBoundingClientRect();
  const { top, bottom } = menu.element().getBoundingClientRect();
  expect(bottom <= anchor.top || top >= anchor.bottom).toBe(true);
});

test("at 360 px a submenu stays in the window", async () => {
  await page.viewport(360, 640);
  await openMenu();
  await userEvent.keyboard("t{ArrowRight}");
  await expectWithinWindow(submenu.element());
});

test("with forced colors the item that has the focus stands out", async () => {
  await withForcedColors(async () => {
    await openMenu();
    const focused = getComputedStyle(item("Rename").element());
    const other = getComputedStyle(item("Disable").element());
    expect(focused.backgroundColor).not.toBe(other.backgroundColor);
    expect(getComputedStyle(menu.element()).borderTopStyle).toBe("solid");
  });
});
