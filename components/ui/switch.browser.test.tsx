import { useState } from "react";
import { expect, test, vi } from "vitest";
import { page, userEvent } from "vitest/browser";
import { withForcedColors } from "@/tests/browser/media";
import { later, render } from "@/tests/browser/render";
import { Switch } from "./switch";

const access = page.getByRole("switch", { name: "API access" });

/** A setting that is stored before it counts. A refused one stays as it was. */
function ApiAccess({
  onStore,
  disabled = false,
}: {
  onStore: (on: boolean) => Promise<void>;
  disabled?: boolean;
}) {
  const [checked, setChecked] = useState(false);
  const [pending, setPending] = useState(false);

  async function store(next: boolean) {
    setPending(true);
    try {
      await onStore(next);
      setChecked(next);
    } catch {
      // Shown elsewhere.
    } finally {
      setPending(false);
    }
  }

  return (
    <Switch
      label="API access"
      hint="Members can create API keys."
      checked={checked}
      pending={pending}
      disabled={disabled}
      onCheckedChange={store}
    />
  );
}

test.each(["{Enter}", " "])("%s switches it; it is named and described", async (key) => {
  render(<ApiAccess onStore={async () => {}} />);
  await expect.element(access).toHaveAccessibleDescription("Members can create API keys.");
  await userEvent.keyboard("{Tab}");
  await expect.element(access).toHaveFocus();
  await userEvent.keyboard(key);
  await expect.element(access).toBeChecked();
  await userEvent.keyboard(key);
  await expect.element(access).not.toBeChecked();
});

test("a press on its label switches it", async () => {
  render(<ApiAccess onStore={async () => {}} />);
  await userEvent.click(page.getByText("API access"));
  await expect.element(access).toBeChecked();
});

test("pressed again while the answer is late, it stays and asks once", async () => {
  const answer = later();
  const onStore = vi.fn(() => answer.promise);
  render(<ApiAccess onStore={onStore} />);
  await userEvent.dblClick(access);
  await userEvent.keyboard(" {Enter}");
  await userEvent.click(page.getByText("API access"), { force: true });
  await expect.element(access).toHaveFocus();
  await expect.element(access).toHaveAttribute("aria-disabled", "true");
  await expect.element(access).not.toBeChecked();
  expect(onStore.mock.calls).toEqual([[true]]);
  answer.resolve();
  await expect.element(access).toBeChecked();
  await expect.element(access).not.toHaveAttribute("aria-disabled");
});

test("refused, it is where it was and can be tried again", async () => {
  const answer = later();
  const onStore = vi.fn(() => answer.promise);
  render(<ApiAccess onStore={onStore} />);
  await userEvent.click(access);
  answer.reject(new Error("Only an owner may."));
  await expect.element(access).not.toHaveAttribute("aria-disabled");
  await expect.element(access).not.toBeChecked();
  await expect.element(access).toHaveFocus();
  await userEvent.keyboard(" ");
  expect(onStore).toHaveBeenCalledTimes(2);
});

test("unmounted while the answer is late, nothing is said to the console", async () => {
  const answer = later();
  const { unmount } = render(<ApiAccess onStore={() => answer.promise} />);
  await userEvent.click(access);
  unmount();
  answer.resolve();
});

test("disabled, neither a key, a press nor its label moves it", async () => {
  const onStore = vi.fn(async () => {});
  render(<ApiAccess onStore={onStore} disabled />);
  await userEvent.click(access, { force: true });
  await userEvent.click(page.getByText("API access"), { force: true });
  await userEvent.keyboard("{Tab} ");
  expect(onStore).not.toHaveBeenCalled();
});

test("at 360 px it keeps its size beside a long label, and can be hit within 44 px", async () => {
  await page.viewport(360, 640);
  render(
    <Switch
      label={"Members must set up two-step verification. ".repeat(5)}
      checked
      onCheckedChange={() => {}}
    />,
  );
  const element = page.getByRole("switch").element();
  const { left, top, width, height } = element.getBoundingClientRect();
  expect([width, height]).toEqual([40, 24]);
  expect(document.elementFromPoint(left + width / 2, top + height / 2 - 21)).toBe(element);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
});

test("with forced colors on and off can be told apart", async () => {
  await withForcedColors(async () => {
    render(<ApiAccess onStore={async () => {}} />);
    const looks = () => {
      const { backgroundColor, borderTopColor } = getComputedStyle(access.element());
      return `${backgroundColor} ${borderTopColor}`;
    };
    const off = looks();
    await userEvent.click(access);
    await expect.poll(looks).not.toBe(off);
  });
});
