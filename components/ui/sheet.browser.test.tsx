import { useState } from "react";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectWithinWindow } from "@/tests/browser/geometry";
import { withForcedColors } from "@/tests/browser/media";
import { render } from "@/tests/browser/render";
import { Sheet } from "./sheet";

const sheet = page.getByRole("dialog", { name: "Request" });
const opener = page.getByRole("button", { name: "Details of row 1" });

/** A list whose rows open a sheet, as the access log has them. */
function Log({ rows = 1 }: { rows?: number }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Details of row 1
      </button>
      {open && (
        <Sheet onClose={() => setOpen(false)} title="Request" description="Denied">
          {Array.from({ length: rows }, (_, row) => `Header ${row}: ${"x".repeat(80)}`).map((line) => (
            <p key={line} className="break-all">
              {line}
            </p>
          ))}
          <a href="#key">Open the key</a>
        </Sheet>
      )}
    </>
  );
}

async function openSheet(rows?: number) {
  const shown = render(<Log {...(rows && { rows })} />);
  await userEvent.click(opener);
  await expect.element(sheet).toBeVisible();
  return shown;
}

test("is modal, named and described, and has the focus", async () => {
  await openSheet();
  await expect.element(sheet).toHaveAccessibleDescription("Denied");
  expect(sheet.element().matches(":modal")).toBe(true);
  expect(sheet.element().contains(document.activeElement)).toBe(true);
});

test.each([
  ["Escape", () => userEvent.keyboard("{Escape}")],
  ["Close", () => userEvent.click(page.getByRole("button", { name: "Close" }))],
  ["a press outside", () => userEvent.click(sheet, { position: { x: -100, y: 100 }, force: true })],
])("%s closes it and gives the focus back to the row", async (_, close) => {
  await openSheet();
  await close();
  await expect.element(sheet).not.toBeInTheDocument();
  await expect.element(opener).toHaveFocus();
});

test("Tab goes through what stands in it, and never to the list behind", async () => {
  await openSheet();
  for (let presses = 0; presses < 5; presses += 1) {
    await userEvent.keyboard("{Tab}");
    const focused = document.activeElement;
    expect(focused === document.body || sheet.element().contains(focused)).toBe(true);
  }
});

test("unmounted with its list, it lets the page scroll again", async () => {
  const { rerender, main } = await openSheet();
  rerender(<p>Signed out</p>);
  await expect.element(sheet).not.toBeInTheDocument();
  expect(document.documentElement.style.overflow).toBe("");
  await expect.element(main).toHaveFocus();
});

test("a press inside does not close it", async () => {
  const onClose = vi.fn();
  render(
    <Sheet onClose={onClose} title="Request">
      Denied
    </Sheet>,
  );
  await userEvent.click(page.getByText("Denied"));
  expect(onClose).not.toHaveBeenCalled();
});

test.each([
  [1024, 768, 448],
  [360, 640, 360],
])("at %i × %i px it is %i px wide, scrolls inside, and its title stays", async (width, height, wide) => {
  await page.viewport(width, height);
  await openSheet(100);
  await expectWithinWindow(sheet.element());
  const box = sheet.element().getBoundingClientRect();
  expect([box.width, box.height, box.right]).toEqual([wide, height, width]);
  await userEvent.keyboard("{Tab}");
  page.getByRole("link").element().scrollIntoView();
  await expect.element(page.getByRole("link")).toBeInViewport({ ratio: 0.9 });
  await expect.element(page.getByRole("heading", { name: "Request" })).toBeInViewport({ ratio: 0.9 });
});

test("with forced colors its edge can be seen", async () => {
  await withForcedColors(async () => {
    await openSheet();
    expect(getComputedStyle(sheet.element()).borderLeftStyle).toBe("solid");
  });
});
