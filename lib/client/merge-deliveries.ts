import type { InfiniteData } from "@tanstack/react-query";
import type { DeliveryPage, DeliveryView } from "@/lib/contracts/deliveries";

type Pages = InfiniteData<DeliveryPage>;

/** With more rows than this, the earlier pages are dropped. */
const mostKept = 1_000;

/**
 * Puts the newest page, which was just loaded, before what was loaded earlier. Drops the earlier pages if there is a gap between,
 * because more deliveries arrived than a page holds.
 */
export function mergeNewest(data: Pages, newest: DeliveryPage): Pages {
  const alone: Pages = { pages: [newest], pageParams: [null] };
  const oldestId = newest.deliveries.at(-1)?.id;
  if (newest.nextCursor === null || oldestId === undefined || data.pages.length < 2) return alone;
  const rows = data.pages.flatMap(({ deliveries }) => deliveries);
  const hasGap = (rows[0]?.id ?? "") < oldestId;
  if (hasGap || rows.length > mostKept) return alone;
  const pages = data.pages.map(({ deliveries, nextCursor }, index) => ({
    deliveries: [...(index === 0 ? newest.deliveries : []), ...deliveries.filter(({ id }) => id < oldestId)],
    nextCursor,
  }));
  return { ...data, pages };
}

/** Replaces one delivery on every page that has it. */
export function replaceDelivery(data: Pages, changed: DeliveryView): Pages {
  const pages = data.pages.map(({ deliveries, nextCursor }) => ({
    deliveries: deliveries.map((one) => (one.id === changed.id ? changed : one)),
    nextCursor,
  }));
  return { ...data, pages };
}
