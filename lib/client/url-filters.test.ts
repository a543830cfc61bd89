import { expect, it } from "vitest";
import { readFilters, writeFilters } from "./url-filters";

it("reads only the named filters", () => {
  const search = new URLSearchParams("?status=active&q=blog&tab=1");
  expect(readFilters(search, ["status", "owner", "q"])).toEqual({ status: "active", owner: "", q: "blog" });
});

it("sets, replaces and removes filters, and keeps other parameters", () => {
  expect(writeFilters("?status=active&tab=1", { status: "revoked", q: "a b" })).toBe(
    "?status=revoked&tab=1&q=a+b",
  );
  expect(writeFilters("?status=active", { status: "" })).toBe("");
  expect(writeFilters("", { owner: undefined })).toBe("");
});
