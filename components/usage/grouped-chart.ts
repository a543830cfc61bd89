import type { ChartTone } from "@/components/ui/bar-chart";
import { queryString } from "@/lib/client/query-string";
import { permissionLevelLabels } from "@/lib/contracts/api-keys";
import { choiceText } from "@/lib/contracts/choice";
import type { RequestCounts } from "@/lib/contracts/quotas";
import type { UsageGroup, UsageGrouping, UsageRequests } from "@/lib/contracts/usage";

export const groupingLabels: Record<UsageGrouping, string> = {
  key: "Key",
  permission: "Permission",
  route: "Route",
  code: "Code",
};

const tones = [1, 2, 3, 4, 5] as const;

/** The color of the group at this place. Only the first ones have their own. */
export function toneAt(index: number): ChartTone {
  return tones[index] ?? "rest";
}

export function groupLabel(by: UsageGrouping, { value, name }: Pick<UsageGroup, "value" | "name">): string {
  if (by === "permission") return permissionLevelLabels[value as keyof typeof permissionLevelLabels] ?? value;
  return name ?? value;
}

/** Requests of no group. Those of a route aren't all known: a key's callers beyond the first 200 are counted together. */
export function restOf({ total, groups }: UsageRequests): RequestCounts {
  const rest = { ...total };
  for (const { allowed, denied } of groups) {
    rest.allowed -= allowed;
    rest.denied -= denied;
  }
  return rest;
}

export function restLabel(by: UsageGrouping): string {
  return by === "route" ? "Other or unknown" : "Other";
}

/** The first groups and one series of all others, such that each bar has every request. */
export function chartOf(by: UsageGrouping, { groups, bars, total }: UsageRequests) {
  const first = groups.slice(0, tones.length);
  const shown = first.reduce((sum, { allowed, denied }) => sum + allowed + denied, 0);
  const series: { id: string; label: string; tone: ChartTone }[] = first.map((group, index) => ({
    id: group.value,
    label: groupLabel(by, group),
    tone: toneAt(index),
  }));
  // No id, code, level or route is empty.
  if (total.allowed + total.denied > shown) series.push({ id: "", label: restLabel(by), tone: "rest" });
  const values = bars.map((all, bar) => {
    const counts = Object.fromEntries(first.map((group) => [group.value, group.bars[bar] ?? 0]));
    const rest = Object.values(counts).reduce((left, count) => left - count, all);
    return { ...counts, "": rest } as Record<string, number>;
  });
  return { series, values };
}

/** The access log of a group in the same range. Null for permissions of more keys than its filter takes. */
export function accessLogHref(
  workspaceSlug: string,
  { key, by }: { key?: string; by: UsageGrouping },
  { from, to }: Pick<UsageRequests, "from" | "to">,
  { value, keys }: Pick<UsageGroup, "value" | "keys">,
): string | null {
  if (by === "permission" && !keys) return null;
  const values = by === "permission" ? (keys as string[]) : [value];
  const name = by === "permission" ? "key" : by;
  const filters = { from, to, ...(key && { key }), [name]: choiceText({ is: values, not: [] }) };
  return `/${workspaceSlug}/settings/api/access-logs${queryString(filters)}`;
}
