import { useState } from "react";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { recordLinks } from "@/tests/browser/links";
import { later, render } from "@/tests/browser/render";
import { DataTable } from "./data-table";
import type { Column } from "./data-table-column";
import { LoadMore } from "./load-more";
import { Menu, MenuItem } from "./menu";

type Key = { id: string; name: string; owner: string; calls: number };

const columns: Column<Key>[] = [
  { id: "name", header: "Name", cell: ({ name }) => name, secondLine: () => "production" },
  { id: "owner", header: "Owner", cell: ({ owner }) => owner },
  { id: "calls", header: "Calls", cell: ({ calls }) => calls, align: "right", hideBelow: "lg" },
];
const makeKeys = (count: number): Key[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `${index}`,
    name: `key ${index}`,
    owner: "Ada",
    calls: index,
  }));

function Keys(props: Partial<Parameters<typeof DataTable<Key>>[0]>) {
  return (
    <DataTable label="API keys" columns={columns} rows={makeKeys(3)} rowKey={({ id }) => id} {...props} />
  );
}

const table = page.getByRole("table", { name: "API keys" });
const row = (name: string) => page.getByRole("row", { name: new RegExp(`^${name}\\b`) });
const link = (name: string) => page.getByRole("link", { name, exact: true });
const hrefs = { rowHref: ({ id }: Key) => `/keys/${id}` };

test("a press anywhere in a row follows its link, a selection of its text does not", async () => {
  const followed = recordLinks();
  render(<Keys {...hrefs} />);
  // The link lies over the whole row.
  await userEvent.click(row("key 1").getByText("Ada"), { force: true });
  expect(followed).toEqual(["/keys/1"]);
  const owner = row("key 2").getByText("Ada").element();
  getSelection()?.selectAllChildren(owner);
  owner.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  expect(followed).toEqual(["/keys/1"]);
  getSelection()?.removeAllRanges();
});

test("Tab goes from a row's link to its menu and on to the next row; Enter follows the link", async () => {
  const followed = recordLinks();
  render(
    <Keys
      {...hrefs}
      rowActions={({ name }) => (
        <Menu trigger={<button type="button">{`Actions for ${name}`}</button>}>
          <MenuItem>Rename</MenuItem>
        </Menu>
      )}
    />,
  );
  await userEvent.keyboard("{Tab}");
  await expect.element(link("key 0")).toHaveFocus();
  await userEvent.keyboard("{Tab}");
  await expect.element(page.getByRole("button", { name: "Actions for key 0" })).toHaveFocus();
  await userEvent.keyboard("{Tab}{Enter}");
  await expect.element(link("key 1")).toHaveFocus();
  expect(followed).toEqual(["/keys/1"]);
});

test("a row's menu is operated without following the row's link", async () => {
  const followed = recordLinks();
  const onSelect = vi.fn();
  render(
    <Keys
      {...hrefs}
      rowActions={({ name }) => (
        <Menu trigger={<button type="button">{`Actions for ${name}`}</button>}>
          <MenuItem onSelect={onSelect}>Rename</MenuItem>
        </Menu>
      )}
    />,
  );
  await userEvent.click(page.getByRole("button", { name: "Actions for key 1" }));
  await userEvent.click(page.getByRole("menuitem", { name: "Rename" }));
  expect(onSelect).toHaveBeenCalledOnce();
  expect(followed).toEqual([]);
});

test("rowOpen: the button of a row and a press in it open it once, and the button has the focus", async () => {
  const onOpen = vi.fn();
  render(<Keys rowOpen={{ label: ({ name }) => `Details of ${name}`, onOpen }} />);
  const button = page.getByRole("button", { name: "Details of key 1" });
  await userEvent.click(row("key 1").getByText("Ada"));
  await expect.element(button).toHaveFocus();
  expect(onOpen.mock.calls.map(([key]) => key.id)).toEqual(["1"]);
  await userEvent.keyboard("{Enter}");
  await userEvent.click(button);
  expect(onOpen).toHaveBeenCalledTimes(3);
});

test("loading is said, and has rows as high as the real ones", async () => {
  const { rerender } = render(<Keys rows={undefined} skeletonRows={3} />);
  await expect.element(table).toHaveAttribute("aria-busy", "true");
  await expect.element(page.getByRole("status")).toHaveTextContent("Loading API keys");
  const height = table.element().getBoundingClientRect().height;
  rerender(<Keys />);
  await expect.element(table).toHaveAttribute("aria-busy", "false");
  await expect.element(page.getByRole("status")).toHaveTextContent("");
  expect(Math.abs(table.element().getBoundingClientRect().height - height)).toBeLessThanOrEqual(3);
});

test("an error goes before rows, no rows are empty or match nothing", async () => {
  const words = { empty: <p>No keys yet</p>, noMatch: <p>No key matches</p> };
  const { rerender } = render(<Keys {...words} error={<p>Not loaded</p>} />);
  await expect.element(page.getByText("Not loaded")).toBeVisible();
  expect(table.query()).toBeNull();
  rerender(<Keys {...words} rows={[]} />);
  await expect.element(page.getByText("No keys yet")).toBeVisible();
  rerender(<Keys {...words} rows={[]} filtered />);
  await expect.element(page.getByText("No key matches")).toBeVisible();
  rerender(<Keys {...words} rows={undefined} />);
  await expect.element(table).toBeVisible();
});

test("rows of the last question are dimmed and busy, and keep the focus of their links", async () => {
  const { rerender } = render(<Keys {...hrefs} />);
  link("key 1").element().focus();
  rerender(<Keys {...hrefs} dimmed />);
  await expect.element(table).toHaveAttribute("aria-busy", "true");
  rerender(<Keys {...hrefs} rows={makeKeys(5)} />);
  await expect.element(link("key 1")).toHaveFocus();
});

test("a row that goes away while it has the focus leaves no error", async () => {
  const { rerender } = render(<Keys {...hrefs} />);
  link("key 2").element().focus();
  rerender(<Keys {...hrefs} rows={makeKeys(2)} />);
  await expect.element(link("key 1")).toBeVisible();
});

test("the head of a long table stays in sight, above the rows", async () => {
  render(<Keys {...hrefs} rows={makeKeys(500)} />);
  row("key 400").element().scrollIntoView({ block: "center" });
  const head = page.getByRole("columnheader", { name: "Name" }).element();
  await expect.poll(() => head.getBoundingClientRect().top).toBe(0);
  const { left, top } = head.getBoundingClientRect();
  expect(document.elementFromPoint(left + 20, top + 15)?.closest("th")).toBe(head);
});

test("a link that the keyboard reaches behind the head is scrolled clear of it", async () => {
  render(<Keys {...hrefs} rows={makeKeys(100)} />);
  link("key 50").element().focus();
  await userEvent.keyboard("{Shift>}{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}{Tab}{/Shift}");
  await expect.element(link("key 38")).toHaveFocus();
  const head = page.getByRole("columnheader", { name: "Name" }).element();
  expect(link("key 38").element().getBoundingClientRect().top).toBeGreaterThanOrEqual(
    head.getBoundingClientRect().bottom,
  );
});

test("at 360 px rows are stacked with the words of the head, and nothing is wider than the window", async () => {
  await page.viewport(360, 640);
  const long = makeKeys(2).map((key) => ({
    ...key,
    name: "nightly-export".repeat(12),
    owner: "x".repeat(120),
  }));
  const wide = columns.map((column) => ({ ...column, wide: true }));
  render(<Keys {...hrefs} rows={long} columns={wide} />);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
  const cells = page.getByRole("cell").elements().slice(0, 3);
  const tops = cells.map((cell) => cell.getBoundingClientRect().top);
  expect(tops).toEqual([...tops].sort((a, b) => a - b));
  expect(new Set(tops).size).toBe(3);
  expect(cells[1]?.textContent).toMatch(/^Owner/);
  expect(cells[2]?.textContent).toBe("Calls0");
});

test("between 640 px and the width of a column it is left out, head and cells alike", async () => {
  await page.viewport(800, 600);
  render(<Keys />);
  const visible = (elements: Element[]) => elements.filter((one) => one.checkVisibility()).length;
  expect(visible(page.getByRole("columnheader").elements())).toBe(2);
  expect(visible(row("key 1").getByRole("cell").elements())).toBe(2);
});

/** A list that comes in two pages. The answer comes when the test says so. */
function Pages({ load }: { load: () => Promise<void> }) {
  const [shown, setShown] = useState(3);
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string>();

  async function loadMore() {
    setPending(true);
    setError(undefined);
    try {
      await load();
      setShown(6);
    } catch {
      setError("Not loaded. Try again.");
    } finally {
      setPending(false);
    }
  }

  return (
    <Keys
      rows={makeKeys(shown)}
      footer={
        <LoadMore hasMore={shown < 6} pending={pending} error={error} onLoadMore={loadMore}>
          {`${shown} keys`}
        </LoadMore>
      }
    />
  );
}

test("Load more pressed twice asks once; after the last page the focus is not lost", async () => {
  const answer = later();
  const load = vi.fn(() => answer.promise);
  render(<Pages load={load} />);
  const more = page.getByRole("button", { name: "Load more" });
  await userEvent.dblClick(more);
  await expect.element(page.getByRole("button", { name: "Loading…" })).toHaveFocus();
  expect(load).toHaveBeenCalledOnce();
  answer.resolve();
  await expect.element(page.getByText("6 keys")).toBeVisible();
  await expect.element(page.getByText("6 keys")).toHaveFocus();
});

test("Load more that fails says so, keeps the focus, and can be pressed again", async () => {
  const answers = [later(), later()];
  const load = vi.fn(() => (answers[load.mock.calls.length - 1] ?? later()).promise);
  render(<Pages load={load} />);
  await userEvent.click(page.getByRole("button", { name: "Load more" }));
  answers[0]?.reject(new Error("Offline"));
  await expect.element(page.getByRole("alert")).toHaveTextContent("Not loaded. Try again.");
  await expect.element(page.getByRole("button", { name: "Load more" })).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await expect.element(page.getByRole("alert")).not.toBeInTheDocument();
  answers[1]?.resolve();
  await expect.element(page.getByText("6 keys")).toBeVisible();
});

test("unmounted while more is awaited, nothing is said to the console", async () => {
  const answer = later();
  const { unmount } = render(<Pages load={() => answer.promise} />);
  await userEvent.click(page.getByRole("button", { name: "Load more" }));
  unmount();
  answer.resolve();
});

test("with places for a card, a row is a card of two lines on phones and one line above", async () => {
  const cards: Column<Key>[] = [
    { id: "name", header: "Name", cell: ({ name }) => name, card: "sm:whitespace-nowrap" },
    {
      id: "owner",
      header: "Owner",
      card: "sm:w-full sm:max-w-0 max-sm:row-start-2",
      cell: () => (
        <span className="block truncate">{"a text that is much too long for a line ".repeat(9)}</span>
      ),
    },
    {
      id: "calls",
      header: "Calls",
      cell: ({ calls }) => `${calls} calls`,
      card: "max-sm:hidden sm:whitespace-nowrap",
    },
  ];
  const open = { label: ({ name }: Key) => `Open ${name}`, onOpen: () => {} };
  await page.viewport(360, 640);
  render(<Keys columns={cards} rowOpen={open} rowClass="max-sm:grid max-sm:grid-cols-[minmax(0,1fr)]" />);
  const height = () => row("key 1").element().getBoundingClientRect().height;
  expect(height()).toBeLessThan(90);
  await expect.element(page.getByText("1 calls")).not.toBeVisible();
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
  await page.viewport(1280, 720);
  await expect.element(page.getByText("1 calls")).toBeVisible();
  expect(height()).toBeLessThan(48);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(1280);
});
