import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { AppError } from "@/lib/contracts/app-error";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import type { Catalog } from "@/lib/engine/permissions/catalog";
import { areWithin, rightsOf } from "@/lib/engine/permissions/rights";
import type { KeyActor } from "../actor";
import { currentRights, isEnvironmentWithin, isWithin } from "./key-access";
import { expiryWithin } from "./key-policy";
import { inheritedReportOnly } from "./report-only";

/**
 * The fields of a key that is created by a key. Omitted fields are inherited from the creator, and none may exceed
 * the creator's. An omitted lifetime is the creator's lifetime, counted from now, as far as the workspace's key policy allows.
 * @throws AppError `insufficient_permissions` naming what exceeds the creator.
 */
export function successorOf(
  creator: KeyActor,
  input: CreateApiKeyInput,
  catalog: Catalog,
  policy: KeyPolicy,
  now: Date,
) {
  const { permissionLevel, permissions = [] } = input;
  const rights = rightsOf({ permissionLevel, permissions, canManageKeys: false }, creator.role, catalog);
  if (!areWithin(rights, currentRights(creator, catalog))) throw exceeds("more permissions");
  const environment = input.environment ?? creator.environment;
  if (!isEnvironmentWithin(environment, creator.environment)) throw exceeds("a different environment");
  const canManageKeys = input.canManageKeys ?? (creator.canManageKeys && permissionLevel !== "custom");
  if (canManageKeys && !creator.canManageKeys) throw exceeds("more permission to manage keys");
  const allowedIps = input.allowedIps ?? creator.allowedIps;
  const rateLimitPerMinute = input.rateLimitPerMinute ?? creator.rateLimitPerMinute;
  const reportOnly = inheritedReportOnly(creator, { allowedIps, rateLimitPerMinute });
  if (!isWithin(allowedIps, creator.allowedIps) || reportOnly === "exceeds") throw exceeds("more addresses");
  if (rateLimitPerMinute !== null && rateLimitPerMinute > creator.limitPerMinute)
    throw exceeds("a higher rate limit");
  return {
    canManageKeys,
    allowedIps,
    ...reportOnly,
    rateLimitPerMinute,
    environment,
    roleCeiling: creator.roleCeiling,
    ...lifetimeOf(creator, input, policy, now),
  };
}

function lifetimeOf(creator: KeyActor, input: CreateApiKeyInput, policy: KeyPolicy, now: Date) {
  const expiry = expiryWithin(policy, input, creator.lifetimeSeconds, now);
  const longer =
    expiry.lifetimeSeconds === null ||
    expiry.lifetimeSeconds > (creator.lifetimeSeconds ?? Number.POSITIVE_INFINITY);
  if (creator.lifetimeSeconds !== null && longer) throw exceeds("a longer lifetime");
  return expiry;
}

function exceeds(what: string): AppError {
  return new AppError("insufficient_permissions", `A key can't give another key ${what} than its own.`);
}
