import { startTransition, useState } from "react";
import { beforeEach, expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectWithinWindow } from "@/tests/browser/geometry";
import { render } from "@/tests/browser/render";
import { FilterBar, FilterSearch, FilterSelect } from "./filter-bar";
import { FilterInput, FilterPick } from "./filter-input";

const search = page.getByRole("searchbox", { name: "Search API keys" });
const status = page.getByRole("combobox", { name: "Status" });
const bar = () => document.querySelector<HTMLElement>("search");
const clear = page.getByRole("button", { name: "Clear filters" });
const options = [
  { value: "all", label: "All" },
  { value: "active", label: "Active" },
];

const reported = vi.fn();
beforeEach(() => reported.mockReset());

/** Its filters live elsewhere, as those of the console live in the URL. `goTo` is the Back button. */
function Filters({ goTo, slow = false }: { goTo?: string; slow?: boolean }) {
  const [q, setQ] = useState("");
  const [chosen, setChosen] = useState("all");
  const set = (text: string) => {
    reported(text);
    if (slow) startTransition(() => setQ(text));
    else setQ(text);
  };
  const filtered = q !== "" || chosen !== "all";
  return (
    <>
      <FilterBar
        onClear={
          filtered
            ? () => {
                setQ("");
                setChosen("all");
              }
            : undefined
        }
      >
        <FilterSearch label="Search API keys" value={q} onValueChange={set} />
        <FilterSelect label="Status" value={chosen} options={options} onValueChange={setChosen} />
      </FilterBar>
      <output>{q}</output>
      <button type="button" onClick={() => setQ(goTo ?? "")}>
        Back
      </button>
    </>
  );
}

const inForce = () => document.querySelector("output")?.textContent;

test("is a search landmark whose fields are named", async () => {
  render(<Filters />);
  expect(bar()?.contains(search.element())).toBe(true);
  await expect.element(search).toBeVisible();
  await expect.element(status).toHaveTextContent("Status:All");
  expect(clear.query()).toBeNull();
});

test("what is typed is reported once, 250 ms after the last key", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  render(<Filters />);
  search.element().focus();
  await userEvent.keyboard("blo");
  vi.advanceTimersByTime(249);
  await userEvent.keyboard("g");
  await expect.element(search).toHaveValue("blog");
  vi.advanceTimersByTime(249);
  expect(reported).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(reported.mock.calls).toEqual([["blog"]]);
  await expect.poll(inForce).toBe("blog");
});

test.each([
  ["Enter", "{Enter}"],
  ["Tab", "{Tab}"],
])("%s reports at once, and only once", async (_, key) => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  render(<Filters />);
  search.element().focus();
  await userEvent.keyboard(`blog${key}`);
  await expect.poll(inForce).toBe("blog");
  vi.runAllTimers();
  expect(reported.mock.calls).toEqual([["blog"]]);
});

test("Escape empties the field, and the filter with it", async () => {
  render(<Filters />);
  search.element().focus();
  await userEvent.keyboard("blog{Enter}{Escape}{Enter}");
  await expect.element(search).toHaveValue("");
  await expect.poll(inForce).toBe("");
});

test("unmounted before the time has come, nothing is reported and no timer is left", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const { unmount } = render(<Filters />);
  search.element().focus();
  await userEvent.keyboard("blog");
  await expect.poll(() => vi.getTimerCount()).toBe(1);
  unmount();
  expect(vi.getTimerCount()).toBe(0);
  expect(reported).not.toHaveBeenCalled();
});

test("a value that changes elsewhere takes the field's place", async () => {
  render(<Filters goTo="nightly" />);
  search.element().focus();
  await userEvent.keyboard("blog{Enter}");
  await userEvent.click(page.getByRole("button", { name: "Back" }));
  await expect.element(search).toHaveValue("nightly");
});

test("the echo of what was reported does not undo what was typed since", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  render(<Filters slow />);
  search.element().focus();
  await userEvent.keyboard("blog");
  vi.advanceTimersByTime(250);
  await userEvent.keyboard(" ingest");
  await expect.poll(inForce).toBe("blog");
  await expect.element(search).toHaveValue("blog ingest");
  vi.advanceTimersByTime(250);
  await expect.poll(inForce).toBe("blog ingest");
});

test("a whole API key is never reported, only its hint", async () => {
  document.head.insertAdjacentHTML("beforeend", '<meta name="key-formats" content="kw_sk_:44">');
  render(<Filters />);
  const secret = `kw_sk_${"a1B2".repeat(10)}`.slice(0, 44);
  search.element().focus();
  await userEvent.keyboard(`${secret}{Enter}`);
  await expect.poll(() => reported.mock.calls.length).toBeGreaterThan(0);
  for (const [text] of reported.mock.calls) expect(text).not.toContain(secret.slice(0, 20));
  await expect.element(search).not.toHaveValue(secret);
  document.querySelector("meta[name=key-formats]")?.remove();
});

test.each([false, true])(
  "Clear filters empties the field too, also of what was just typed (slow: %s), and the focus goes to the row of filters",
  async (slow) => {
    render(<Filters slow={slow} />);
    await userEvent.click(status);
    await userEvent.keyboard("{ArrowDown}{Enter}");
    search.element().focus();
    await userEvent.keyboard("blog");
    await userEvent.click(clear);
    await expect.element(search).toHaveValue("");
    await expect.poll(inForce).toBe("");
    await expect.element(status).toHaveTextContent("Status:All");
    await expect.element(clear).not.toBeInTheDocument();
    await expect.element(bar()).toHaveFocus();
  },
);

test("Clear filters by keyboard", async () => {
  render(<Filters />);
  search.element().focus();
  await userEvent.keyboard("blog{Enter}");
  await expect.element(clear).toBeVisible();
  await userEvent.keyboard("{Tab}{Tab}");
  await expect.element(clear).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await expect.element(search).toHaveValue("");
  await expect.element(bar()).toHaveFocus();
  await userEvent.keyboard("{Tab}");
  await expect.element(search).toHaveFocus();
});

test("a filter that is wrong says so and is described by it", async () => {
  const { rerender } = render(<FilterInput label="Status code" value="" onValueChange={reported} />);
  const code = page.getByRole("textbox", { name: "Status code" });
  code.element().focus();
  await userEvent.keyboard("abc{Enter}");
  expect(reported.mock.calls).toEqual([["abc"]]);
  rerender(<FilterInput label="Status code" value="abc" error="Give a number." onValueChange={reported} />);
  await expect.element(code).toHaveAttribute("aria-invalid", "true");
  await expect.element(code).toHaveAccessibleDescription("Give a number.");
  await expect.element(code).toHaveFocus();
});

test("at 360 px the filters stand below one another, and the list of one stays in the window", async () => {
  await page.viewport(360, 640);
  const many = Array.from({ length: 200 }, (_, index) => ({
    value: `${index}`,
    label: `Member ${index} with a long name of two words`,
  }));
  render(
    <FilterBar onClear={() => {}}>
      <FilterSearch label="Search API keys" value="" onValueChange={reported} />
      <FilterPick label="Owner" value="150" options={many} onValueChange={reported} />
      <FilterInput label="Address" value="" onValueChange={reported} />
    </FilterBar>,
  );
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
  for (const field of [search, page.getByRole("combobox"), page.getByRole("textbox", { name: "Address" })]) {
    await expectWithinWindow(field.element());
    expect(field.element().getBoundingClientRect().height).toBeGreaterThanOrEqual(44);
  }
  await userEvent.click(page.getByRole("combobox"));
  await expectWithinWindow(page.getByRole("listbox").element());
  await expect.element(page.getByRole("option", { name: "Member 150 " })).toBeInViewport({ ratio: 0.99 });
});
