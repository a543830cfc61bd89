import { mostReplayed } from "@/lib/contracts/deliveries";

export const replayPresets = [
  { value: "1", label: "Last hour" },
  { value: "6", label: "Last 6 hours" },
  { value: "24", label: "Last 24 hours" },
  { value: "168", label: "Last 7 days" },
  { value: "custom", label: "Custom" },
] as const;
export type ReplayPreset = (typeof replayPresets)[number]["value"];

/** @param now When the preset was chosen, so that what is counted is what is sent. */
export function presetRange(preset: Exclude<ReplayPreset, "custom">, now: number) {
  return {
    from: new Date(now - Number(preset) * 3_600_000).toISOString(),
    to: new Date(now).toISOString(),
  };
}

/** What a replay would do. */
export function replayText(count: number): string {
  if (count > mostReplayed)
    return `This time has more than ${number(mostReplayed)} events, the most that one replay sends. Choose a shorter time.`;
  if (count === 0) return "No events of this time match the subscription.";
  return count === 1 ? "This sends 1 event." : `This sends ${number(count)} events.`;
}

export function isReplayable(count: number | undefined): boolean {
  return count !== undefined && count > 0 && count <= mostReplayed;
}

export function number(value: number): string {
  return value.toLocaleString("en-US");
}
