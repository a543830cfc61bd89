import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { AppError } from "@/lib/contracts/app-error";
import type { KeyActor } from "../actor";
import { expiryAfter, expiryOf } from "./expiry";
import { isEnvironmentWithin, isWithin } from "./key-access";

/**
 * What a key made by a key gets: what is left out is its maker's, and nothing may exceed it.
 * A lifetime left out is the maker's duration counted from now.
 * @throws AppError `insufficient_permissions` naming what exceeds.
 */
export function successorOf(maker: KeyActor, input: CreateApiKeyInput, now: Date) {
  if (input.permissionLevel === "read_write" && maker.permissionLevel !== "read_write")
    throw exceeds("a higher permission");
  const environment = input.environment ?? maker.environment;
  if (!isEnvironmentWithin(environment, maker.environment)) throw exceeds("another environment");
  const canManageKeys = input.canManageKeys ?? maker.canManageKeys;
  if (canManageKeys && !maker.canManageKeys) throw exceeds("the right to manage keys");
  const allowedIps = input.allowedIps ?? maker.allowedIps;
  if (!isWithin(allowedIps, maker.allowedIps)) throw exceeds("more addresses");
  const rateLimitPerMinute = input.rateLimitPerMinute ?? maker.rateLimitPerMinute;
  if (rateLimitPerMinute !== null && rateLimitPerMinute > maker.limitPerMinute)
    throw exceeds("a higher rate limit");
  return {
    canManageKeys,
    allowedIps,
    rateLimitPerMinute,
    environment,
    ...lifetimeOf(maker, input, now),
  };
}

function lifetimeOf(maker: KeyActor, input: CreateApiKeyInput, now: Date) {
  if (input.expiresInDays === undefined && input.expiresAt === undefined) {
    return maker.lifetimeSeconds === null ? expiryOf({}, now) : expiryAfter(maker.lifetimeSeconds, now);
  }
  const expiry = expiryOf(input, now);
  const longer =
    expiry.lifetimeSeconds === null ||
    expiry.lifetimeSeconds > (maker.lifetimeSeconds ?? Number.POSITIVE_INFINITY);
  if (maker.lifetimeSeconds !== null && longer) throw exceeds("a longer life");
  return expiry;
}

function exceeds(what: string): AppError {
  return new AppError(
    "insufficient_permissions",
    `A key cannot give another key ${what} than it has itself.`,
  );
}
