import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { AppError } from "@/lib/contracts/app-error";
import type { KeyActor } from "../actor";
import { expiryAfter, expiryOf } from "./expiry";
import { isEnvironmentWithin, isWithin } from "./key-access";

/**
 * What a key made by a key gets: what is left out is its creator's, and nothing may exceed it.
 * A lifetime left out is the creator's duration counted from now.
 * @throws AppError `insufficient_permissions` naming what exceeds.
 */
export function successorOf(creator: KeyActor, input: CreateApiKeyInput, now: Date) {
  if (input.permissionLevel === "read_write" && creator.permissionLevel !== "read_write")
    throw exceeds("a higher permission");
  const environment = input.environment ?? creator.environment;
  if (!isEnvironmentWithin(environment, creator.environment)) throw exceeds("another environment");
  const canManageKeys = input.canManageKeys ?? creator.canManageKeys;
  if (canManageKeys && !creator.canManageKeys) throw exceeds("the right to manage keys");
  const allowedIps = input.allowedIps ?? creator.allowedIps;
  if (!isWithin(allowedIps, creator.allowedIps)) throw exceeds("more addresses");
  const rateLimitPerMinute = input.rateLimitPerMinute ?? creator.rateLimitPerMinute;
  if (rateLimitPerMinute !== null && rateLimitPerMinute > creator.limitPerMinute)
    throw exceeds("a higher rate limit");
  return {
    canManageKeys,
    allowedIps,
    rateLimitPerMinute,
    environment,
    ...lifetimeOf(creator, input, now),
  };
}

function lifetimeOf(creator: KeyActor, input: CreateApiKeyInput, now: Date) {
  if (input.expiresInDays === undefined && input.expiresAt === undefined) {
    return creator.lifetimeSeconds === null ? expiryOf({}, now) : expiryAfter(creator.lifetimeSeconds, now);
  }
  const expiry = expiryOf(input, now);
  const longer =
    expiry.lifetimeSeconds === null ||
    expiry.lifetimeSeconds > (creator.lifetimeSeconds ?? Number.POSITIVE_INFINITY);
  if (creator.lifetimeSeconds !== null && longer) throw exceeds("a longer life");
  return expiry;
}

function exceeds(what: string): AppError {
  return new AppError(
    "insufficient_permissions",
    `A key cannot give another key ${what} than it has itself.`,
  );
}
