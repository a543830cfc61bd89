import { expect, test, vi } from "vitest";
import { render } from "@/tests/browser/render";
import { useLeaveWarning } from "./use-leave-warning";

function Guarded({ onBackRefused }: { onBackRefused: () => void }) {
  useLeaveWarning(true, onBackRefused);
  return <p>Guarded</p>;
}

function leave(): boolean {
  return !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
}

test("leaving is refused as soon as the component is there, and again each time", async () => {
  const before = window.history.length;
  const refused = vi.fn();
  const { unmount } = render(<Guarded onBackRefused={refused} />);
  // Nothing was awaited: a later effect would leave a moment in which Back loses what the component shows.
  expect(window.history.length).toBe(before + 1);
  expect(leave()).toBe(true);
  for (const times of [1, 2]) {
    window.history.back();
    await vi.waitFor(() => expect(refused).toHaveBeenCalledTimes(times));
  }
  expect(window.history.length).toBe(before + 1);

  const left = new Promise((resolve) => window.addEventListener("popstate", resolve, { once: true }));
  unmount();
  await left;
  expect(leave()).toBe(false);
  expect(refused).toHaveBeenCalledTimes(2);
});
