import { expect, test } from "vitest";
import { isPagePath } from "./unavailable-page";

test("only pages are answered with a page while the database is unavailable", () => {
  for (const path of ["/", "/sign-in", "/acme/settings/api/keys", "/apiary"])
    expect(isPagePath(path), path).toBe(true);
  for (const path of ["/api", "/api/", "/api/account", "/_next/static/x", "/_next", "/icon.svg"])
    expect(isPagePath(path), path).toBe(false);
});
