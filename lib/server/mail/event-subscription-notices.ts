import type { Prisma } from "../generated/prisma/client";
import { runtime } from "../runtime";
import { queueMail } from "./queue-mail";
import { quoted, unlinked } from "./words";

type Paused = {
  id: string;
  endpointUrl: string;
  because: "failing" | "gone" | "key_exposed" | "key_revoked" | "creator_left" | "secret_lost";
  lastError: string | null;
};

/** Tells that a subscription was paused without a person's doing. Of the URL only the host: its path may be a secret. */
export async function notifySubscriptionPaused(
  transaction: Prisma.TransactionClient,
  to: string,
  workspace: { name: string; slug: string },
  subscription: Paused,
): Promise<void> {
  const { hostname } = new URL(subscription.endpointUrl);
  await queueMail(transaction, {
    to,
    subject: "An event subscription was paused",
    paragraphs: [
      `The event subscription of ${quoted(workspace.name)} that sends to ${unlinked(hostname)} was paused. ${reasonOf(subscription)}`,
      `New events wait until you resume the subscription, for up to ${days(runtime().env.eventRetentionDays)}. You then choose whether to send them.`,
    ],
    action: {
      label: "Open event subscriptions",
      path: `/${workspace.slug}/settings/api/event-subscriptions`,
    },
  });
}

function reasonOf({ because, lastError }: Paused): string {
  if (because === "gone")
    return "Its endpoint answered 410 Gone, which means that it doesn’t want any more events.";
  if (because === "key_exposed")
    return "An API key that created or changed it was reported as leaked. Check where it sends events before you resume it.";
  if (because === "key_revoked")
    return "An API key that created or changed it was revoked together with the keys it created. Check where it sends events before you resume it.";
  if (because === "creator_left")
    return "The member who created or last changed it was removed or suspended, or is no longer an admin. Check where it sends events before you resume it.";
  if (because === "secret_lost")
    return "The operator of this server lost the encryption key of its signing secret. Set a new signing secret, here and at the endpoint, before you resume it.";
  const last = lastError === null ? "" : ` The last attempt failed: ${unlinked(lastError)}`;
  return `Its endpoint has failed for 24 hours.${last}`;
}

function days(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}
