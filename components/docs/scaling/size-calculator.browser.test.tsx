import { expect, test } from "vitest";
import { page, userEvent } from "vitest/browser";
import { render } from "@/tests/browser/render";
import { SizeCalculator } from "./size-calculator";

const estimate = () => page.getByRole("status", { name: "Estimate" });

test("the estimate follows the numbers, and says nothing about numbers it can't read", async () => {
  render(<SizeCalculator />);
  await expect.element(estimate()).toHaveTextContent("2 instances, each with 1 core");
  const peak = page.getByLabelText("Requests per second, at peak");
  await userEvent.fill(peak, "20 000");
  await expect.element(estimate()).toHaveTextContent("3 instances");
  await userEvent.fill(peak, "many");
  await expect.element(peak).toHaveAccessibleDescription("Enter a number from 0 to 10,000,000.");
  await expect.element(estimate()).toHaveTextContent("Correct the numbers above first.");
  await userEvent.fill(peak, "60000");
  await expect.element(estimate()).toHaveTextContent("beyond what was measured");
});
