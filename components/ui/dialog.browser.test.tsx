import { type ComponentProps, type ReactNode, useRef, useState } from "react";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { expectWithinWindow } from "@/tests/browser/geometry";
import { withForcedColors } from "@/tests/browser/media";
import { later, render } from "@/tests/browser/render";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { Field } from "./field";
import { Menu, MenuItem } from "./menu";
import { TextInput } from "./text-input";

const opener = page.getByRole("button", { name: "Rename" });
const name = page.getByRole("textbox", { name: "Name" });
const save = page.getByRole("button", { name: "Save" });
const close = page.getByRole("button", { name: "Close" });
const dialog = page.getByRole("dialog", { name: "Rename the key" });
const question = page.getByRole("dialog", { name: "Discard changes?" });

/** A form in a dialog, as the console has them. `onSave` rejects with what is shown under the field. */
function RenameKey({
  onSave = async () => {},
  children,
  ...rest
}: { onSave?: (name: string) => Promise<void>; children?: ReactNode } & Partial<
  ComponentProps<typeof Dialog>
>) {
  const [open, setOpen] = useState(false);
  const [value, setValue] = useState("");
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string>();

  async function submit() {
    setPending(true);
    try {
      await onSave(value);
      setOpen(false);
    } catch (cause) {
      setError((cause as Error).message);
    } finally {
      setPending(false);
    }
  }

  return (
    <>
      <Button onClick={() => setOpen(true)}>Rename</Button>
      <Button>Elsewhere</Button>
      <Dialog
        title="Rename the key"
        description="Requests are not affected."
        onSubmit={submit}
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button type="submit" variant="primary" pending={pending} pendingLabel="Saving…">
              Save
            </Button>
          </>
        }
        {...rest}
        open={open}
        onOpenChange={setOpen}
        pending={pending}
      >
        <Field label="Name" error={error}>
          <TextInput value={value} onChange={(event) => setValue(event.target.value)} />
        </Field>
        {children}
      </Dialog>
    </>
  );
}

async function openDialog(rest: ComponentProps<typeof RenameKey> = {}) {
  const shown = render(<RenameKey {...rest} />);
  await userEvent.click(opener);
  await expect.element(name).toHaveFocus();
  return shown;
}

test("is named and described, and the first field has the focus", async () => {
  await openDialog();
  await expect.element(dialog).toHaveAccessibleDescription("Requests are not affected.");
  expect(dialog.element().matches(":modal")).toBe(true);
});

test("Escape closes it and gives the focus back to what opened it", async () => {
  await openDialog();
  await userEvent.keyboard("{Escape}");
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(opener).toHaveFocus();
});

test("Tab and Shift+Tab go through what stands in it, and never to the page behind", async () => {
  await openDialog();
  for (const next of [page.getByRole("button", { name: "Cancel" }), save]) {
    await userEvent.keyboard("{Tab}");
    await expect.element(next).toHaveFocus();
  }
  await userEvent.keyboard("{Shift>}{Tab}{Tab}{Tab}{/Shift}");
  await expect.element(close).toHaveFocus();
  // Past the ends the browser may stop at the dialog itself or leave the page; it never enters what is inert.
  for (let presses = 0; presses < 6; presses += 1) {
    await userEvent.keyboard("{Tab}");
    const focused = document.activeElement;
    expect(focused === document.body || dialog.element().contains(focused)).toBe(true);
  }
});

test("a press outside closes it, a selection dragged out of a field does not", async () => {
  await openDialog();
  const { left, top } = dialog.element().getBoundingClientRect();
  await userEvent.dragAndDrop(name, dialog, {
    targetPosition: { x: -left / 2, y: -top / 2 },
    force: true,
  });
  await expect.element(dialog).toBeVisible();
  await userEvent.click(dialog, { position: { x: -left / 2, y: -top / 2 }, force: true });
  await expect.element(dialog).not.toBeInTheDocument();
});

function Confirm() {
  const keep = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open
      onOpenChange={() => {}}
      title="Revoke the key"
      initialFocus={keep}
      footer={
        <>
          <Button variant="danger">Revoke</Button>
          <Button ref={keep}>Keep</Button>
        </>
      }
    >
      <input aria-label="Reason" />
    </Dialog>
  );
}

test("initialFocus goes first, also to a button", async () => {
  render(<Confirm />);
  await expect.element(page.getByRole("button", { name: "Keep" })).toHaveFocus();
});

test("without a field the first button of the footer has the focus", async () => {
  render(
    <Dialog open onOpenChange={() => {}} title="Done" footer={<Button>Done</Button>}>
      The key was rotated.
    </Dialog>,
  );
  await expect.element(page.getByRole("button", { name: "Done" })).toHaveFocus();
});

test("not dismissible: neither Escape, however often, nor a press outside closes it", async () => {
  const onOpenChange = vi.fn();
  render(
    <Dialog
      open
      onOpenChange={onOpenChange}
      dismissible={false}
      title="Rename the key"
      footer={<Button onClick={() => onOpenChange("done")}>Done</Button>}
    />,
  );
  await userEvent.keyboard("{Escape}{Escape}{Escape}");
  await userEvent.click(dialog, { position: { x: -50, y: -50 }, force: true });
  await expect.element(dialog).toBeVisible();
  expect(dialog.element().matches(":modal")).toBe(true);
  expect(close.query()).toBeNull();
  expect(onOpenChange).not.toHaveBeenCalled();
});

test("Enter in a field submits once, and the late answer closes it", async () => {
  const answer = later();
  const onSave = vi.fn(() => answer.promise);
  await openDialog({ onSave });
  await userEvent.keyboard("blog ingest{Enter}{Enter}");
  const pending = page.getByRole("button", { name: "Saving…" });
  await expect.element(pending).toHaveAttribute("aria-disabled", "true");
  await userEvent.dblClick(pending, { force: true });
  expect(onSave.mock.calls).toEqual([["blog ingest"]]);
  answer.resolve();
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(opener).toHaveFocus();
});

test("a button pressed twice submits once and keeps its width and focus", async () => {
  const answer = later();
  const onSave = vi.fn(() => answer.promise);
  await openDialog({ onSave });
  const width = save.element().getBoundingClientRect().width;
  await userEvent.dblClick(save);
  const pending = page.getByRole("button", { name: "Saving…" });
  await expect.element(pending).toHaveFocus();
  expect(pending.element().getBoundingClientRect().width).toBe(width);
  expect(onSave).toHaveBeenCalledOnce();
  answer.resolve();
  await expect.element(dialog).not.toBeInTheDocument();
});

test("while a submit is awaited, Escape keeps what was typed; a refusal says why, and it can be sent again", async () => {
  const answers = [later(), later()];
  const onSave = vi.fn(
    (_name: string) => answers[onSave.mock.calls.length - 1]?.promise ?? Promise.resolve(),
  );
  await openDialog({ onSave });
  await userEvent.keyboard("blog{Enter}{Escape}");
  await expect.element(dialog).toBeVisible();
  expect(question.query()).toBeNull();
  answers[0]?.reject(new Error("This name is taken."));
  await expect.element(name).toHaveAccessibleDescription("This name is taken.");
  await expect.element(name).toHaveValue("blog");
  await expect.element(name).toHaveFocus();
  await userEvent.keyboard("2{Enter}");
  expect(onSave.mock.calls).toEqual([["blog"], ["blog2"]]);
  answers[1]?.resolve();
  await expect.element(dialog).not.toBeInTheDocument();
});

test("Close while a submit is awaited closes it, and the late answer finds nothing to change", async () => {
  const answer = later();
  await openDialog({ onSave: () => answer.promise });
  await userEvent.keyboard("blog{Enter}");
  await userEvent.click(close);
  await expect.element(dialog).not.toBeInTheDocument();
  answer.reject(new Error("This name is taken."));
  await expect.element(opener).toHaveFocus();
});

test("unmounted while a submit is awaited, it leaves nothing behind", async () => {
  const answer = later();
  const { unmount } = await openDialog({ onSave: () => answer.promise });
  await userEvent.keyboard("blog{Enter}");
  unmount();
  answer.reject(new Error("This name is taken."));
  expect(document.querySelector("dialog")).toBeNull();
  expect(document.documentElement.style.overflow).toBe("");
});

test("asks before typed text is lost; Keep editing leads back to the field", async () => {
  await openDialog();
  await userEvent.keyboard("blog{Escape}");
  await expect.element(page.getByRole("button", { name: "Keep editing" })).toHaveFocus();
  await userEvent.keyboard("{Enter}");
  await expect.element(question).not.toBeInTheDocument();
  await expect.element(name).toHaveFocus();
  await expect.element(name).toHaveValue("blog");
});

test("Escape answers the question with Keep editing; Discard closes both", async () => {
  await openDialog();
  await userEvent.keyboard("blog{Escape}");
  await expect.element(question).toBeVisible();
  await userEvent.keyboard("{Escape}");
  await expect.element(question).not.toBeInTheDocument();
  await expect.element(dialog).toBeVisible();
  await userEvent.click(close);
  await userEvent.click(page.getByRole("button", { name: "Discard" }));
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(opener).toHaveFocus();
});

test("text that was taken back is no reason to ask", async () => {
  await openDialog();
  await userEvent.keyboard("b{Backspace}{Escape}");
  await expect.element(dialog).not.toBeInTheDocument();
});

test("a question whose dialog is unmounted goes with it", async () => {
  const { unmount } = await openDialog();
  await userEvent.keyboard("blog{Escape}");
  await expect.element(question).toBeVisible();
  unmount();
  expect(document.querySelectorAll("dialog")).toHaveLength(0);
});

/** A row that its own dialog takes away. The dialog may stand before or after the button in the page. */
function Row({ returns = false, first = false }: { returns?: boolean; first?: boolean }) {
  const [state, setState] = useState<"listed" | "asking" | "gone">("listed");
  const heading = useRef<HTMLHeadingElement>(null);
  const dialog = (
    <Dialog
      open={state === "asking"}
      onOpenChange={() => setState("listed")}
      title="Delete the key"
      {...(returns && { returnFocus: heading })}
      footer={<Button onClick={() => setState("gone")}>Yes</Button>}
    />
  );
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        API keys
      </h1>
      {first && dialog}
      <div>{state !== "gone" && <Button onClick={() => setState("asking")}>Delete</Button>}</div>
      {!first && dialog}
    </>
  );
}

test.each([false, true])(
  "where what opened it is gone, the page has the focus (dialog before its opener: %s)",
  async (first) => {
    const { main } = render(<Row first={first} />);
    await userEvent.click(page.getByRole("button", { name: "Delete" }));
    await userEvent.click(page.getByRole("button", { name: "Yes" }));
    await expect.element(main).toHaveFocus();
  },
);

test("where what opened it is gone, returnFocus has the focus", async () => {
  render(<Row returns />);
  await userEvent.click(page.getByRole("button", { name: "Delete" }));
  await userEvent.click(page.getByRole("button", { name: "Yes" }));
  await expect.element(page.getByRole("heading")).toHaveFocus();
});

function FromMenu() {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Menu trigger={<button type="button">More</button>}>
        <MenuItem onSelect={() => setOpen(true)}>Rename</MenuItem>
      </Menu>
      <Dialog open={open} onOpenChange={setOpen} title="Rename the key">
        <input aria-label="Name" />
      </Dialog>
    </>
  );
}

test("opened from a menu, it gives the focus back to the menu's button", async () => {
  render(<FromMenu />);
  await userEvent.click(page.getByRole("button", { name: "More" }));
  await userEvent.keyboard("{Enter}");
  await expect.element(name).toHaveFocus();
  await userEvent.keyboard("{Escape}");
  await expect.element(page.getByRole("button", { name: "More" })).toHaveFocus();
});

test("holds the page still while it is open, and lets it go", async () => {
  const { main } = await openDialog();
  main.style.height = "3000px";
  expect(getComputedStyle(document.documentElement).overflow).toBe("hidden");
  await userEvent.keyboard("{Escape}");
  await expect.element(dialog).not.toBeInTheDocument();
  expect(getComputedStyle(document.documentElement).overflow).toBe("visible");
});

test("a form in a form's dialog does not submit the outer one", async () => {
  const outer = vi.fn((event: { preventDefault: () => void }) => event.preventDefault());
  render(
    <form onSubmit={outer}>
      <RenameKey />
    </form>,
  );
  await userEvent.click(opener);
  await userEvent.keyboard("x{Enter}");
  await expect.element(dialog).not.toBeInTheDocument();
  expect(outer).not.toHaveBeenCalled();
});

test.each([
  [1024, 768],
  [360, 640],
])(
  "at %i × %i px a long content scrolls inside, its title and buttons stay in sight",
  async (width, height) => {
    await page.viewport(width, height);
    const rows = Array.from({ length: 80 }, (_, row) => `kw_sk_${"9f3A".repeat(40)} row ${row}`);
    await openDialog({
      children: rows.map((row) => (
        <p key={row} className="break-words">
          {row}
        </p>
      )),
    });
    await expectWithinWindow(dialog.element());
    await expect.element(save).toBeInViewport({ ratio: 0.99 });
    await expect.element(close).toBeInViewport({ ratio: 0.99 });
    const last = page.getByText("row 79");
    last.element().scrollIntoView();
    await expect.element(last).toBeInViewport({ ratio: 0.1 });
    await expect.element(save).toBeInViewport({ ratio: 0.99 });
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
  },
);

test("with forced colors its edge and its buttons' edges can be seen", async () => {
  await withForcedColors(async () => {
    await openDialog();
    for (const element of [dialog.element(), save.element(), name.element()]) {
      const { borderTopStyle, borderTopWidth, outlineStyle } = getComputedStyle(element);
      expect(borderTopStyle !== "none" && borderTopWidth !== "0px" ? "edge" : outlineStyle).not.toBe("none");
    }
  });
});
