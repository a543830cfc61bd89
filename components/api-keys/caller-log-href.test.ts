import { expect, test } from "vitest";
import { parseChoice } from "@/lib/contracts/choice";
import { callerLogHref } from "./caller-log-href";

const filtersOf = (href: string) => {
  const { pathname, searchParams } = new URL(href, "https://keyward.test");
  return { pathname, ...Object.fromEntries(searchParams) } as Record<string, string>;
};

test("a caller links to its entries, whatever its client is called", () => {
  const caller = { block: "203.0.113.0/24", client: "!odd, client%", lastAt: new Date().toISOString() };
  const filters = filtersOf(callerLogHref("acme", "key_1", caller));
  expect(filters).toMatchObject({ pathname: "/acme/settings/api/access-logs", key: "key_1", range: "7d" });
  expect(parseChoice(filters.ip ?? "")).toEqual({ is: ["203.0.113.0/24"], not: [] });
  expect(parseChoice(filters.client ?? "")).toEqual({ is: ["!odd, client%"], not: [] });
});

test("what the log doesn't know isn't a filter, and an old caller is looked for in a longer range", () => {
  const filters = filtersOf(
    callerLogHref("acme", "key_1", { block: null, client: null, lastAt: "2026-01-01T00:00:00.000Z" }),
  );
  expect(filters).toEqual({ pathname: "/acme/settings/api/access-logs", key: "key_1", range: "30d" });
});
