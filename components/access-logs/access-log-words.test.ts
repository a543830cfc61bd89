import { expect, it } from "vitest";
import { logCodes } from "@/lib/contracts/access-logs";
import { requestLine } from "./access-log-words";
import { entryReason, entryTitle } from "./entry-words";

it("has a sentence for every code", () => {
  for (const code of logCodes) expect(entryReason({ code })).toMatch(/\.$/);
});

it("describes requests and sign-ins", () => {
  expect(entryTitle({ source: "console", outcome: "denied" })).toBe("Sign-in denied");
  expect(entryTitle({ source: "api", outcome: "allowed" })).toBe("Request allowed");
  expect(requestLine({ source: "console", method: "POST", path: "/api/sign-in" })).toBe("Sign-in");
  const attempts = { count: 1200, lastAt: "", codes: [] };
  expect(requestLine({ source: "console", method: null, path: null, attempts })).toBe(
    "Sign-in, 1,200 attempts",
  );
  expect(requestLine({ source: "verify", method: "GET", path: "/v1/documents" })).toBe("GET /v1/documents");
  expect(requestLine({ source: "verify", method: null, path: null })).toBe("—");
});
