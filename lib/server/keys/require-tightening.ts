import { AppError } from "@/lib/contracts/app-error";
import type { KeyActor } from "../actor";
import type { ApiKey, Prisma } from "../generated/prisma/client";
import { isEnvironmentWithin, isWithin } from "./key-access";
import { readRateLimitOf } from "./rate-limit-of";

type Limits = Partial<Pick<ApiKey, "allowedIps" | "rateLimitPerMinute" | "environment">>;

/**
 * A key may make addresses and limits stricter, its own as well as another key's, and never beyond its own.
 * @throws AppError `insufficient_permissions`
 */
export async function requireTightening(
  transaction: Prisma.TransactionClient,
  actor: KeyActor,
  before: ApiKey,
  { allowedIps, rateLimitPerMinute, environment }: Limits,
): Promise<void> {
  if (allowedIps && !(isWithin(allowedIps, before.allowedIps) && isWithin(allowedIps, actor.allowedIps)))
    throw loosens("allow more addresses");
  if (environment !== undefined && !isEnvironmentWithin(environment, actor.environment))
    throw loosens("move a key to another environment");
  if (rateLimitPerMinute === undefined) return;
  const limitOf = await readRateLimitOf(transaction, before.workspaceId);
  const limit = limitOf(rateLimitPerMinute);
  if (limit > limitOf(before.rateLimitPerMinute) || limit > actor.limitPerMinute)
    throw loosens("raise a rate limit");
}

function loosens(what: string): AppError {
  return new AppError(
    "insufficient_permissions",
    `An API key can't ${what}. Ask a person to do it in the console.`,
  );
}
