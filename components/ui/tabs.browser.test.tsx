import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { withForcedColors } from "@/tests/browser/media";
import { render } from "@/tests/browser/render";
import { Tabs } from "./tabs";

const languages = ["curl", "Node.js", "Python"].map((label) => ({
  value: label.toLowerCase(),
  label,
  content: <button type="button">{`Copy ${label}`}</button>,
}));

const tab = (name: string) => page.getByRole("tab", { name });
const panel = page.getByRole("tabpanel");

function renderTabs() {
  return render(<Tabs label="Language" tabs={languages} />);
}

test("the first tab is chosen, and names the only panel in sight", async () => {
  renderTabs();
  await expect.element(tab("curl")).toHaveAttribute("aria-selected", "true");
  await expect.element(panel).toHaveAccessibleName("curl");
  expect(panel.elements()).toHaveLength(1);
  expect(tab("curl").element().getAttribute("aria-controls")).toBe(panel.element().id);
  await expect.element(page.getByRole("tablist", { name: "Language" })).toBeVisible();
});

test("Tab goes to the chosen tab alone, then into its panel, and Shift+Tab back", async () => {
  renderTabs();
  await userEvent.click(tab("Node.js"));
  await userEvent.keyboard("{Tab}");
  await expect.element(page.getByRole("button", { name: "Copy Node.js" })).toHaveFocus();
  await userEvent.keyboard("{Shift>}{Tab}{/Shift}");
  await expect.element(tab("Node.js")).toHaveFocus();
});

test("arrow keys go round, Home and End go to the ends; the panel follows", async () => {
  renderTabs();
  tab("curl").element().focus();
  for (const [key, name] of [
    ["{ArrowRight}", "Node.js"],
    ["{ArrowRight}", "Python"],
    ["{ArrowRight}", "curl"],
    ["{ArrowLeft}", "Python"],
    ["{ArrowLeft}", "Node.js"],
    ["{End}", "Python"],
    ["{Home}", "curl"],
  ] as const) {
    await userEvent.keyboard(key);
    await expect.element(tab(name)).toHaveFocus();
    await expect.element(panel).toHaveAccessibleName(name);
  }
});

test("arrow keys with Alt are the browser's, which goes back and forward by them", async () => {
  renderTabs();
  tab("curl").element().focus();
  const event = new KeyboardEvent("keydown", {
    key: "ArrowRight",
    altKey: true,
    bubbles: true,
    cancelable: true,
  });
  tab("curl").element().dispatchEvent(event);
  expect(event.defaultPrevented).toBe(false);
  await expect.element(tab("curl")).toHaveAttribute("aria-selected", "true");
});

test("where the chosen tab is taken away, the first one stands in for it", async () => {
  const { rerender } = renderTabs();
  await userEvent.click(tab("Python"));
  rerender(<Tabs label="Language" tabs={languages.slice(0, 2)} />);
  await expect.element(panel).toHaveAccessibleName("curl");
  await expect.element(tab("curl")).toHaveAttribute("tabindex", "0");
  tab("curl").element().focus();
  await userEvent.keyboard("{ArrowRight}");
  await expect.element(tab("Node.js")).toHaveFocus();
});

test("at 360 px many tabs scroll in their row, and the one that has the focus is in sight", async () => {
  await page.viewport(360, 640);
  const many = Array.from({ length: 20 }, (_, index) => ({
    value: `${index}`,
    label: `Language ${index}`,
    content: `Panel ${index}`,
  }));
  render(<Tabs label="Language" tabs={many} />);
  tab("Language 0").element().focus();
  await userEvent.keyboard("{End}");
  await expect.element(tab("Language 19")).toHaveFocus();
  await expect.element(tab("Language 19")).toBeInViewport({ ratio: 0.9 });
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
  expect(tab("Language 19").element().getBoundingClientRect().height).toBeGreaterThanOrEqual(44);
});

test("with forced colors the chosen tab stands out", async () => {
  await withForcedColors(async () => {
    renderTabs();
    const [chosen, other] = ["curl", "Python"].map((name) => getComputedStyle(tab(name).element()));
    await expect.poll(() => chosen?.borderBottomColor === other?.borderBottomColor).toBe(false);
  });
});
