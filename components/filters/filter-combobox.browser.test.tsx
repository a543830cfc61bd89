import { useState } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectWithinWindow } from "@/tests/browser/geometry";
import { render } from "@/tests/browser/render";
import { FilterCombobox } from "./filter-combobox";

const reported = vi.fn();
beforeEach(() => reported.mockReset());

const fruit = ["Citrus: all", "Lemon", "Lime", "Others: all", "Apple"];
const named = (typed: string) =>
  fruit.find((name) => name.toLowerCase() === typed.toLowerCase())?.toLowerCase() ?? null;

function Fruit({ free = false, error }: { free?: boolean; error?: string }) {
  const [value, setValue] = useState("");
  return (
    <>
      <FilterCombobox
        label="Fruit"
        text={fruit.find((name) => name.toLowerCase() === value) ?? value}
        suggest={(typed) => fruit.filter((name) => name.toLowerCase().includes(typed.toLowerCase()))}
        isHeading={(name) => name.endsWith(": all")}
        exact={named}
        settle={(typed) => named(typed) ?? (free ? typed : null)}
        error={error}
        unknown="No fruit matches."
        onValueChange={(next) => {
          reported(next);
          setValue(next);
        }}
      />
      <button type="button">After</button>
    </>
  );
}

const field = page.getByRole("combobox", { name: "Fruit" });

test("offers everything, and takes a chosen group or member at once", async () => {
  render(<Fruit />);
  await userEvent.click(field);
  for (const name of fruit) await expect.element(page.getByRole("option", { name })).toBeVisible();
  const [heading, member] = ["Citrus: all", "Lemon"].map((name) =>
    page.getByRole("option", { name }).element(),
  );
  const left = (element: Element | undefined) => getComputedStyle(element as Element).paddingLeft;
  expect(Number.parseFloat(left(member))).toBeGreaterThan(Number.parseFloat(left(heading)));
  await userEvent.click(page.getByRole("option", { name: "Citrus: all" }));
  expect(reported).toHaveBeenLastCalledWith("citrus: all");
  await expect.element(field).toHaveValue("Citrus: all");
});

test("narrows the list while typing, and the keyboard chooses", async () => {
  render(<Fruit />);
  await userEvent.click(field);
  await userEvent.keyboard("lem");
  await expect.element(page.getByRole("option")).toHaveTextContent("Lemon");
  await userEvent.keyboard("{ArrowDown}{Enter}");
  expect(reported).toHaveBeenLastCalledWith("lemon");
  await expect.element(field).toHaveValue("Lemon");
  await userEvent.clear(field);
  expect(reported).toHaveBeenLastCalledWith("");
});

test("says that a text stands for nothing once the field is left, and reports nothing", async () => {
  render(<Fruit />);
  await userEvent.click(field);
  await userEvent.keyboard("stone{Tab}");
  await expect.element(field).toHaveAccessibleDescription("No fruit matches.");
  await expect.element(field).toHaveAttribute("aria-invalid", "true");
  expect(reported).not.toHaveBeenCalled();
  await userEvent.click(field);
  await userEvent.keyboard("{Backspace}");
  await expect.element(field).not.toHaveAttribute("aria-invalid");
});

test("a free text is taken when Enter is pressed or the field is left", async () => {
  render(<Fruit free />);
  await userEvent.click(field);
  await userEvent.keyboard("stone");
  expect(reported).not.toHaveBeenCalled();
  await userEvent.keyboard("{Enter}");
  expect(reported).toHaveBeenLastCalledWith("stone");
  await userEvent.keyboard("s{Tab}");
  expect(reported).toHaveBeenLastCalledWith("stones");
});

test("the server's error is shown, and the list stays in a narrow window", async () => {
  await page.viewport(360, 640);
  render(<Fruit error="This fruit doesn’t exist." />);
  await expect.element(field).toHaveAccessibleDescription("This fruit doesn’t exist.");
  await userEvent.click(field);
  await expectWithinWindow(page.getByRole("listbox").element());
});

test("a text that was typed before its values have loaded counts once they have", async () => {
  const field = (people: string[]) => (
    <FilterCombobox
      label="Person"
      text=""
      suggest={() => people}
      exact={(typed) => (people.includes(typed) ? `id of ${typed}` : null)}
      settle={() => null}
      onValueChange={reported}
    />
  );
  const { rerender } = render(field([]));
  page.getByRole("combobox", { name: "Person" }).element().focus();
  await userEvent.keyboard("Ada");
  expect(reported).not.toHaveBeenCalled();
  rerender(field(["Ada"]));
  await expect.poll(() => reported.mock.calls).toEqual([["id of Ada"]]);
});
