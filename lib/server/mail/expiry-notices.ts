import type { Prisma } from "../generated/prisma/client";
import { runtime } from "../runtime";
import { queueMail } from "./queue-mail";
import { momentIn, quoted, timeUntil, unlinked } from "./words";

type Transaction = Prisma.TransactionClient;
export type Recipient = { id: string; email: string; timeZone: string | null };

/** What a mail tells of a key that expires. */
export type ExpiringKey = {
  id: string;
  workspaceId: string;
  workspaceName: string;
  workspaceSlug: string;
  name: string;
  prefix: string;
  suffix: string;
  expiresAt: Date;
  owner: { id: string; name: string };
  lastUsedAt: Date | null;
  lastUsedFrom: string | null;
};

/** Who used the old key of a rotation, as the access log counts callers. */
export type OldKeyCaller = { address: string; client: string; method: string; route: string };

/** Keys that a mail lists. */
const mostKeys = 50;

/** Reminds a person of keys of one workspace that expire soon, in one mail. The first to expire comes first. */
export async function notifyKeysExpire(
  transaction: Transaction,
  recipient: Recipient,
  keys: readonly ExpiringKey[],
  now: Date,
): Promise<void> {
  const [first] = keys;
  if (!first) return;
  const single = keys.length === 1;
  const lines = keys.slice(0, mostKeys).map((key) => expiryLine(key, recipient, now));
  const rest = keys.length - lines.length;
  await queueMail(transaction, {
    to: recipient.email,
    subject: single
      ? `An API key expires ${timeUntil(first.expiresAt, now)}`
      : `${keys.length} API keys expire soon`,
    paragraphs: [
      single
        ? `An API key of ${named(first.workspaceName)} expires soon.`
        : `${keys.length} API keys of ${named(first.workspaceName)} expire soon.`,
      ...lines,
      ...(rest > 0 ? [`And ${rest} more.`] : []),
      "Requests with an expired key get 401 expired_key. If a key is still needed, extend it or rotate it.",
    ],
    action: single
      ? { label: "Open the key", path: keyPath(first) }
      : { label: "Open API keys", path: `/${first.workspaceSlug}/settings/api/keys` },
  });
}

/** Reminds a person that the old key of a rotation is still used shortly before it ends. */
export async function notifyOverlapEnds(
  transaction: Transaction,
  recipient: Recipient,
  key: ExpiringKey,
  callers: readonly OldKeyCaller[],
  now: Date,
): Promise<void> {
  const zone = recipient.timeZone ?? "UTC";
  const used = key.lastUsedAt ? momentIn(key.lastUsedAt, zone) : "just now";
  const from = key.lastUsedFrom ? ` from ${key.lastUsedFrom}` : "";
  await queueMail(transaction, {
    to: recipient.email,
    subject: `A rotated API key is still used and ends ${timeUntil(key.expiresAt, now)}`,
    paragraphs: [
      `The API key ${titleOf(key)} of ${named(key.workspaceName)} was rotated. The old key works until ${momentIn(key.expiresAt, zone)}, and programs still use it: last ${used}${from}.`,
      ...(callers.length > 0 ? [["The latest callers:", ...callers.map(callerLine)].join("\n")] : []),
      "After that, requests with the old key get 401 expired_key. Give these programs the new key, or extend the overlap on the old key's page, which shows who still uses it.",
    ],
    action: { label: "Open the rotation", path: keyPath(key) },
  });
}

function expiryLine(key: ExpiringKey, { timeZone }: Recipient, now: Date): string {
  const zone = timeZone ?? "UTC";
  const used = key.lastUsedAt ? `last used ${momentIn(key.lastUsedAt, zone)}` : "never used";
  return [
    titleOf(key),
    `Expires: ${momentIn(key.expiresAt, zone)}, ${timeUntil(key.expiresAt, now)}`,
    `Owner: ${named(key.owner.name)} · ${used}`,
  ].join("\n");
}

function callerLine({ address, client, method, route }: OldKeyCaller): string {
  const program = client === "" ? "an unnamed program" : unlinked(masked(client));
  return [address || "unknown address", program, masked(`${method} ${route}`)].join(" · ");
}

function titleOf({ name, prefix, suffix }: ExpiringKey): string {
  return `${named(name)} (${prefix}…${suffix})`;
}

function named(name: string): string {
  return quoted(masked(name));
}

/** People sometimes paste a secret as a name. */
function masked(text: string): string {
  return runtime().engine.keyFormats.mask(text);
}

function keyPath({ workspaceSlug, id }: ExpiringKey): string {
  return `/${workspaceSlug}/settings/api/keys/${id}`;
}
