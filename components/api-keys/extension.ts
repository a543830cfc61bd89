import type { UpdateApiKeyInput } from "@/lib/contracts/api-key-input";
import { type ApiKey, expirationPresets } from "@/lib/contracts/api-keys";
import { daysText, type KeyPolicy } from "@/lib/contracts/key-policy";
import { expirationFields } from "./key-expiration";

const dayMs = 86_400_000;
const presets = expirationPresets.filter((days) => days === 30 || days === 90 || days === 365);

type Key = Pick<ApiKey, "createdAt" | "expiresAt">;

/** The last moment at which a key may expire; null without a limit. */
export function latestExpiry({ createdAt }: Key, { maxLifetimeDays }: KeyPolicy): Date | null {
  return maxLifetimeDays === undefined ? null : new Date(Date.parse(createdAt) + maxLifetimeDays * dayMs);
}

/** Whether the key policy lets the key expire later than it does. */
export function isExtendable({ expiresAt, ...key }: Key, policy: KeyPolicy, now: Date): boolean {
  const latest = latestExpiry({ ...key, expiresAt }, policy);
  return latest === null || latest.getTime() > Math.max(Date.parse(expiresAt ?? ""), now.getTime());
}

/** The choices that make the key expire at least a day later, within the key policy. */
export function extensionChoices(key: Key, policy: KeyPolicy, now: Date): { value: string; label: string }[] {
  const latest = latestExpiry(key, policy);
  const end = (days: number) => now.getTime() + days * dayMs;
  return [
    ...presets
      .filter(
        (days) =>
          end(days) >= Date.parse(key.expiresAt ?? "") + dayMs && (!latest || end(days) <= latest.getTime()),
      )
      .map((days) => ({
        value: String(days),
        label: `${days === 365 ? "1 year" : daysText(days)} from now`,
      })),
    ...(latest ? [{ value: "latest", label: "As long as the key policy allows" }] : []),
    { value: "custom", label: "Custom" },
  ];
}

/** What to send; null if no day was chosen. */
export function extensionInput(
  choice: string,
  customDay: string,
  latest: Date | null,
  zone: string | null,
): Pick<UpdateApiKeyInput, "expirationDays" | "expiresAt"> | null {
  if (choice === "latest") return latest && { expiresAt: latest.toISOString() };
  const { expiresInDays, expiresAt } = expirationFields(choice, customDay, zone);
  if (expiresInDays != null) return { expirationDays: expiresInDays };
  return expiresAt === undefined ? null : { expiresAt };
}
