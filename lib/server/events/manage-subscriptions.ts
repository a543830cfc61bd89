import { AppError, invalidField } from "@/lib/contracts/app-error";
import {
  type CreateSubscriptionInput,
  defaultSecretOverlapSeconds,
  type EventFilters,
  type UpdateSubscriptionInput,
} from "@/lib/contracts/event-subscription-input";
import { type Actor, actorReference } from "../actor";
import { recordAuditEvent } from "../audit/record-audit-event";
import type { EventSubscription, Prisma } from "../generated/prisma/client";
import { newId } from "../new-id";
import { db, runtime } from "../runtime";
import { EndpointRefused, EndpointUnknown, findEndpointAddresses } from "./endpoint-address";
import { requireWithinLimit } from "./require-within-limit";
import { openSecret, sealSecret } from "./secret-seal";
import {
  lockActingKey,
  requireManagesSubscriptions,
  requireOwnEnvironment,
  requireSubscription,
  whereManageable,
} from "./subscription-access";
import { deleteDeliveriesOf, settleMissed } from "./waiting-deliveries";

/** So many a workspace may have: each event is written once for each. */
const mostSubscriptions = 50;

/**
 * Creates a subscription. It is sent the events that happen from now on.
 * @throws AppError `insufficient_permissions`; `invalid_request` for an endpoint that may not be called; `conflict` beyond 50.
 */
export async function createSubscription(
  actor: Actor,
  { endpointUrl, eventTypes, signingSecret, filters = {} }: CreateSubscriptionInput,
): Promise<EventSubscription> {
  requireManagesSubscriptions(actor);
  requireOwnEnvironment(actor, filters);
  await requireMayName(actor, endpointUrl);
  const id = newId("sub");
  return db().$transaction(async (transaction) => {
    await lockActingKey(transaction, actor);
    // Two that are created at the same time must see each other.
    await transaction.$executeRaw`SELECT 1 FROM workspaces WHERE id = ${actor.workspaceId} FOR NO KEY UPDATE`;
    const count = await transaction.eventSubscription.count({ where: { workspaceId: actor.workspaceId } });
    if (count >= mostSubscriptions)
      throw new AppError(
        "conflict",
        `A workspace can have at most ${mostSubscriptions} event subscriptions.`,
      );
    const { type, id: creatorId } = actorReference(actor);
    const subscription = await transaction.eventSubscription.create({
      data: {
        id,
        workspaceId: actor.workspaceId,
        endpointUrl,
        eventTypes,
        ...filterData(filters),
        sealedSecret: sealSecret(id, signingSecret),
        createdByType: type,
        createdById: creatorId,
        ownerId: ownerOf(actor),
      },
    });
    const { keyIds, environments } = subscription;
    await record(transaction, actor, "event_subscription.created", subscription, {
      eventTypes,
      ...(keyIds.length > 0 && { keyIds }),
      ...(environments.length > 0 && { environments }),
    });
    return subscription;
  });
}

/**
 * Changes a subscription. A new secret signs at once; the previous one signs beside it for a while, so that the receiver can be
 * changed at any time in between.
 * @throws AppError as createSubscription; `not_found`
 */
export async function updateSubscription(
  actor: Actor,
  id: string,
  input: UpdateSubscriptionInput,
): Promise<EventSubscription> {
  requireManagesSubscriptions(actor);
  if (input.filters) requireOwnEnvironment(actor, input.filters);
  if (input.endpointUrl !== undefined) await requireMayName(actor, input.endpointUrl);
  const seen = await requireSubscription(db(), actor, id);
  const isResumed = input.status === "active" && seen.status === "paused";
  const { sendMissed = true } = input;
  const missed = isResumed ? await settleMissed(id, sendMissed) : 0;
  return db().$transaction(async (transaction) => {
    await lockActingKey(transaction, actor);
    // The lock makes concurrent changes see each other.
    await transaction.$executeRaw`SELECT 1 FROM event_subscriptions
      WHERE id = ${id} AND workspace_id = ${actor.workspaceId} FOR NO KEY UPDATE`;
    const before = await requireSubscription(transaction, actor, id);
    const data: Prisma.EventSubscriptionUpdateInput = {};
    const { endpointUrl, eventTypes, filters } = input;
    if (endpointUrl !== undefined && endpointUrl !== before.endpointUrl)
      // Another endpoint starts without the failures of the one before.
      Object.assign(data, {
        endpointUrl,
        failures: 0,
        failingSince: null,
        nextProbeAt: null,
        lastError: null,
      });
    if (eventTypes && JSON.stringify(eventTypes) !== JSON.stringify(before.eventTypes))
      data.eventTypes = eventTypes;
    if (filters && JSON.stringify(filterData(filters)) !== JSON.stringify(filtersOf(before)))
      Object.assign(data, filterData(filters));
    if (Object.keys(data).length > 0)
      await record(transaction, actor, "event_subscription.updated", before, {
        ...(data.endpointUrl !== undefined && {
          endpointUrl: { from: before.endpointUrl, to: endpointUrl as string },
        }),
        ...(data.eventTypes !== undefined && {
          eventTypes: { from: before.eventTypes, to: eventTypes as string[] },
        }),
        ...(data.keyIds !== undefined && {
          filters: { from: filtersOf(before), to: filterData(filters as EventFilters) },
        }),
      });
    if (input.signingSecret !== undefined) {
      Object.assign(data, newSecretData(before, input.signingSecret, input.previousSecretExpiresIn));
      await record(transaction, actor, "event_subscription.secret_changed", before);
    }
    if (input.status === "paused" && before.status === "active") {
      Object.assign(data, { status: "paused", pausedAt: new Date(), pausedBecause: "person" });
      await record(transaction, actor, "event_subscription.paused", before, { because: "person" });
    }
    if (isResumed && before.status === "paused") {
      Object.assign(data, resumedData);
      await record(transaction, actor, "event_subscription.resumed", before, { missed, sent: sendMissed });
    }
    if (Object.keys(data).length === 0) return before;
    return transaction.eventSubscription.update({ where: { id }, data: { ...data, updatedAt: new Date() } });
  });
}

/**
 * Deletes a subscription, and then its deliveries, which may be a million. What is being sent at this moment still arrives.
 * @throws AppError `not_found`
 */
export async function deleteSubscription(actor: Actor, id: string): Promise<void> {
  await db().$transaction(async (transaction) => {
    const subscription = await requireSubscription(transaction, actor, id);
    const { count } = await transaction.eventSubscription.deleteMany({
      where: { id, workspaceId: actor.workspaceId },
    });
    if (count > 0) await record(transaction, actor, "event_subscription.deleted", subscription);
  });
  runtime().background.start("deleting the deliveries of a subscription", () => deleteDeliveriesOf(id));
}

export async function listSubscriptions(actor: Actor): Promise<EventSubscription[]> {
  requireManagesSubscriptions(actor);
  return db().eventSubscription.findMany({
    where: whereManageable(actor),
    orderBy: { id: "desc" },
  });
}

export async function getSubscription(actor: Actor, id: string): Promise<EventSubscription> {
  return requireSubscription(db(), actor, id);
}

/** Limits how many host names a workspace can ask about: whether an internal name exists must not be found out by trying. */
async function requireMayName(actor: Actor, endpointUrl: string): Promise<void> {
  const { hostname } = new URL(endpointUrl);
  if (!/^\[|^[\d.]+$/.test(hostname))
    await requireWithinLimit(runtime().endpointTests, actor, "changes of endpoints");
  await requireCallable(endpointUrl);
}

/**
 * Refuses an endpoint that may not be called now. Each delivery checks again, so a host that can't be found is accepted: it may be set
 * up after its subscription, and DNS may be away.
 */
export async function requireCallable(endpointUrl: string): Promise<void> {
  try {
    await findEndpointAddresses(new URL(endpointUrl).hostname);
  } catch (error) {
    if (error instanceof EndpointUnknown) return;
    if (error instanceof EndpointRefused) throw invalidField("endpointUrl", error.message);
    throw error;
  }
}

/** A resumed subscription starts without its failures. */
const resumedData = {
  status: "active",
  pausedAt: null,
  pausedBecause: null,
  failures: 0,
  failingSince: null,
  nextProbeAt: null,
} as const;

function newSecretData(
  { id, sealedSecret }: EventSubscription,
  secret: string,
  overlapSeconds = defaultSecretOverlapSeconds,
): Prisma.EventSubscriptionUpdateInput {
  const before = openSecret(id, sealedSecret);
  if (before?.equals(Buffer.from(secret)))
    throw invalidField("signingSecret", "This is already the signing secret.");
  const isKept = before !== null && overlapSeconds > 0;
  return {
    sealedSecret: sealSecret(id, secret),
    sealedPreviousSecret: isKept ? sealedSecret : null,
    previousSecretExpiresAt: isKept ? new Date(Date.now() + overlapSeconds * 1000) : null,
  };
}

function filterData({ keyIds = [], environments = [] }: EventFilters) {
  return { keyIds, environments };
}

function filtersOf({ keyIds, environments }: EventSubscription) {
  return { keyIds, environments };
}

/** Who is told by mail when it is paused: the person who made it, or whose key did. */
function ownerOf(actor: Actor): string | null {
  if (actor.type === "member") return actor.userId;
  return actor.type === "key" ? actor.ownerId : null;
}

async function record(
  transaction: Prisma.TransactionClient,
  actor: Actor,
  action: `event_subscription.${"created" | "updated" | "secret_changed" | "paused" | "resumed" | "deleted"}`,
  { id, endpointUrl }: EventSubscription,
  details: Prisma.InputJsonObject = {},
): Promise<void> {
  await recordAuditEvent(
    transaction,
    actor,
    action,
    { type: "event_subscription", id, name: endpointUrl },
    details,
  );
}
