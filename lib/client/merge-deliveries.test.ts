import { expect, test } from "vitest";
import type { DeliveryPage, DeliveryView } from "@/lib/contracts/deliveries";
import { mergeNewest, replaceDelivery } from "./merge-deliveries";

function row(id: string, status: DeliveryView["status"] = "delivered"): DeliveryView {
  return {
    id,
    eventId: `evt_${id}`,
    type: "invoice.paid",
    status,
    createdAt: "2026-11-28T10:00:00.000Z",
    attemptCount: 1,
    lastStatus: 200,
    lastError: null,
    lastLatencyMs: 12,
    nextAttemptAt: null,
    deliveredAt: null,
  };
}
const page = (ids: string, nextCursor: string | null = "more"): DeliveryPage => ({
  deliveries: [...ids].map((id) => row(id)),
  nextCursor,
});
const pages = (...all: DeliveryPage[]) => ({ pages: all, pageParams: all.map(() => null) });
const idsOf = (data: { pages: DeliveryPage[] }) =>
  data.pages.map(({ deliveries }) => deliveries.map(({ id }) => id).join("")).join(" ");

test("the newest page replaces a single page, with its cursor", () => {
  const merged = mergeNewest(pages(page("dcb", "b")), page("fed", "d"));
  expect(idsOf(merged)).toBe("fed");
  expect(merged.pages[0]?.nextCursor).toBe("d");
});

test("new deliveries come before earlier pages, which stay, each delivery once and as it is now", () => {
  const newest = { deliveries: [row("g"), row("f"), row("e", "failed")], nextCursor: "e" };
  const merged = mergeNewest(pages(page("fed", "d"), page("cba", "a")), newest);
  expect(idsOf(merged)).toBe("gfed cba");
  expect(merged.pages[0]?.deliveries[2]?.status).toBe("failed");
  expect(merged.pages.map(({ nextCursor }) => nextCursor)).toEqual(["d", "a"]);
});

test("what no longer matches the filters leaves", () => {
  const merged = mergeNewest(pages(page("fed", "d"), page("cba", "a")), page("gfd", "d"));
  expect(idsOf(merged)).toBe("gfd cba");
});

test("earlier pages are dropped if something between is unknown, or there is nothing more", () => {
  const loaded = pages(page("fed", "d"), page("cba", "a"));
  expect(idsOf(mergeNewest(loaded, page("kji", "i")))).toBe("kji");
  expect(idsOf(mergeNewest(loaded, page("gf", null)))).toBe("gf");
  expect(idsOf(mergeNewest(loaded, page("", null)))).toBe("");
});

test("a changed delivery is replaced on every page that has it", () => {
  const changed = replaceDelivery(pages(page("fed"), page("cba")), row("b", "pending"));
  expect(idsOf(changed)).toBe("fed cba");
  expect(changed.pages[1]?.deliveries[1]?.status).toBe("pending");
});
