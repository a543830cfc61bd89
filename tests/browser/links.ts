import { onTestFinished } from "vitest";

/** Collects the addresses of the links that are followed. The page stays: without it there would be no test. */
export function recordLinks(): string[] {
  const followed: string[] = [];
  const follow = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link) return;
    event.preventDefault();
    followed.push(link.getAttribute("href") ?? "");
  };
  document.addEventListener("click", follow, { capture: true });
  onTestFinished(() => document.removeEventListener("click", follow, { capture: true }));
  return followed;
}
