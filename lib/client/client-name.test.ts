import { expect, it } from "vitest";
import { clientName } from "./client-name";

it.each([
  ["curl/8.5.0", "curl 8.5.0"],
  ["python-requests/2.32.3", "python-requests 2.32.3"],
  ["Python-urllib/3.11", "Python-urllib 3.11"],
  ["node", "node"],
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "Chrome 130 on Windows",
  ],
  [
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
    "Safari 18 on macOS",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox 132 on Linux"],
  ["Mozilla/5.0 (compatible; ExampleBot)", "Mozilla/5.0 (compatible; ExampleBot)"],
])("%s is %s", (userAgent, name) => {
  expect(clientName(userAgent)).toBe(name);
});

it("shortens unknown clients, and names a missing one", () => {
  expect(clientName("?".repeat(300))).toHaveLength(48);
  expect(clientName(null)).toBe("Unknown client");
});
