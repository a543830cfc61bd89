import { expect, it } from "vitest";
import { readAuditLogFilters } from "./read-audit-log-filters";

const read = (query: string) => readAuditLogFilters(new URLSearchParams(query));

it("asks for what is set, and counts neither the range nor the open event as filters", () => {
  expect(read("")).toMatchObject({ query: {}, set: 0, range: "", event: "" });
  expect(read("actor=usr_1&action=keys&range=7d&event=aud_1&target=+")).toMatchObject({
    query: { actor: "usr_1", action: "keys", range: "7d" },
    set: 2,
    range: "7d",
    event: "aud_1",
  });
});

it("prefers a custom range to a preset, also half of one", () => {
  expect(read("range=7d&from=2026-11-01T00:00:00.000Z")).toMatchObject({
    query: { from: "2026-11-01T00:00:00.000Z" },
    range: undefined,
  });
  expect(read("range=7d&from=2026-11-01T00:00:00.000Z").query).not.toHaveProperty("range");
});

it("leaves a wrong value to the server, which says what is wrong", () => {
  expect(read("action=api_key.invented&range=1y").query).toEqual({ action: "api_key.invented", range: "1y" });
});
