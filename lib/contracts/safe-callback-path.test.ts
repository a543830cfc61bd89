import { describe, expect, it } from "vitest";
import { safeCallbackPath } from "./safe-callback-path";

describe("safeCallbackPath", () => {
  it.each([
    "/",
    "/settings",
    "/acme/settings/api/keys",
    "/acme/settings/api/keys?status=active&q=a%20b",
    "/acme/settings/api/access-logs?from=2026-11-22T10%3A00%3A00Z#top",
    "/acme/settings/members?q=50%25",
    "/docs/a@b",
  ])("keeps %s", (path) => {
    expect(safeCallbackPath(path)).toBe(path);
  });

  it.each([
    [null],
    [undefined],
    [""],
    ["settings"],
    ["https://evil.example"],
    ["HTTPS://evil.example/settings"],
    ["//evil.example"],
    ["///evil.example"],
    ["/\\evil.example"],
    ["\\\\evil.example"],
    ["/settings\\..\\x"],
    ["/%2fevil.example"],
    ["/%2Fevil.example"],
    ["/%5cevil.example"],
    ["/%255cevil.example"],
    ["/%252f/evil.example"],
    ["%2f%2fevil.example"],
    ["/\t/evil.example"],
    ["/\n/evil.example"],
    ["/%09/evil.example"],
    ["/%0d%0aset-cookie:x"],
    ["/%00"],
    ["javascript:alert(1)"],
    ["data:text/html,x"],
    ["@evil.example"],
    ["//user:pass@evil.example"],
    ["http://localhost@evil.example/"],
    [" /settings"],
    ["/%252f%25evil.example"],
    ["/..//evil.example"],
    ["/.//evil.example"],
    ["/%E0%A4%A"],
    ["/%2525252525252525252fevil"],
    ["/sign-in"],
    ["/sign-in?callbackUrl=/sign-in"],
    ["/sign-up"],
    ["/sign-out"],
    [`/${"a".repeat(2_000)}`],
  ])("refuses %j", (path) => {
    expect(safeCallbackPath(path)).toBe("/settings");
  });

  it("resolves dot segments within the origin", () => {
    expect(safeCallbackPath("/acme/../beta/settings")).toBe("/beta/settings");
  });
});
