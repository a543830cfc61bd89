import { expect, it } from "vitest";
import { readFilters, writeFilters } from "./url-filters";

it("reads the named filters and leaves the others alone", () => {
  const search = new URLSearchParams("?status=active&q=blog&tab=1");
  expect(readFilters(search, ["status", "owner", "q"])).toEqual({ status: "active", owner: "", q: "blog" });
});

it("sets, replaces and takes out filters, keeping what is not its own", () => {
  expect(writeFilters("?status=active&tab=1", { status: "revoked", q: "a b" })).toBe(
    "?status=revoked&tab=1&q=a+b",
  );
  expect(writeFilters("?status=active", { status: "" })).toBe("");
  expect(writeFilters("", { owner: undefined })).toBe("");
});
