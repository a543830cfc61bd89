import fc from "fast-check";
import { expect, test } from "vitest";
import type { CreateApiKeyInput } from "@/lib/contracts/api-key-input";
import { isAppError } from "@/lib/contracts/app-error";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import { enforcedIps, enforcedRateLimit } from "@/lib/engine/keys/report-only";
import { limitInForce } from "@/lib/engine/limits/key-limits";
import { areWithin, rightsOf } from "@/lib/engine/permissions/rights";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace, nowhere } from "@/tests/factories/factories";
import type { KeyActor } from "../actor";
import type { ApiKey } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { changeApiKey } from "./change-api-key";
import { createApiKey } from "./create-api-key";
import { isEnvironmentWithin, isWithin } from "./key-access";
import { setKeyPolicy } from "./key-policy";
import { readCatalog, replacePermissionCatalog } from "./permission-catalog";
import { rotateApiKey } from "./rotate-api-key";
import { moveOverlap } from "./rotation";

useRuntime();

const names = ["files:read", "files:write", "runs:execute"];
const declare = (declared: string[]) =>
  replacePermissionCatalog(
    {
      permissions: declared.map((name) => ({
        name,
        title: name,
        access: name.endsWith(":read") ? "read" : "write",
      })),
      routes: [],
    },
    nowhere,
  );

/** A key acting as the decision let it in. */
async function actorOf(key: ApiKey): Promise<KeyActor> {
  const { record } = await runtime().engine.keyCache.find(Buffer.from(key.hash).toString("hex"));
  if (!record) throw new Error("The key was just created.");
  return {
    ...record,
    ...rightsOf(record, "owner", record.catalog),
    type: "key",
    limitPerMinute: limitInForce(record, runtime().engine),
    origin: nowhere,
  };
}

const addresses = [
  [],
  ["203.0.113.0/24"],
  ["203.0.113.7"],
  ["203.0.113.0/24", "198.51.100.1"],
  ["2001:db8::/32"],
];
const limits = [undefined, null, 10, 60, 600, 10_000];
const environments = [undefined, "production", "staging", "development"];
const creation = fc.record({
  name: fc.constant("x"),
  permissionLevel: fc.constantFrom("read_only" as const, "read_write" as const, "custom" as const),
  chosen: fc.subarray(names, { minLength: 1 }),
  canManageKeys: fc.constantFrom(undefined, true, false),
  allowedIps: fc.constantFrom(undefined, ...addresses),
  rateLimitPerMinute: fc.constantFrom(...limits),
  environment: fc.constantFrom(...environments),
  expiresInDays: fc.constantFrom(undefined, null, 1, 30, 365),
});
/** When the first key's report-only addresses are enforced, and when the history is judged. */
const day = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * day).toISOString();
const reported = ["203.0.113.7"];
const step = fc.record({
  by: fc.nat(),
  on: fc.nat(),
  what: fc.constantFrom("create", "create", "rotate", "change", "report", "extend", "permissions", "policy"),
  reportOnly: fc.constantFrom(null, ...addresses.slice(1)),
  reportLimit: fc.constantFrom(undefined, 5, 30),
  enforceInDays: fc.constantFrom(null, 1, 7, 30),
  input: creation,
  overlapSeconds: fc.constantFrom(0, 3600, 604_800),
  policy: fc.record({
    maxLifetimeDays: fc.constantFrom(undefined, 2, 60),
    requireExpiry: fc.constantFrom(undefined, true),
    requireAllowedIps: fc.constantFrom(undefined, true),
  }),
});

function inputOf({
  chosen,
  ...input
}: typeof creation extends fc.Arbitrary<infer One> ? One : never): CreateApiKeyInput {
  return { ...input, ...(input.permissionLevel === "custom" && { permissions: chosen }) };
}

function expectMeets({ createdAt, expiresAt, allowedIps }: ApiKey, policy: KeyPolicy) {
  const days = expiresAt
    ? (expiresAt.getTime() - createdAt.getTime()) / 86_400_000
    : Number.POSITIVE_INFINITY;
  if (policy.requireExpiry) expect(expiresAt).not.toBeNull();
  if (policy.maxLifetimeDays) expect(days).toBeLessThanOrEqual(policy.maxLifetimeDays);
  if (policy.requireAllowedIps) expect(allowedIps).not.toEqual([]);
}

test("S32 no chain of creations, rotations, changes, policies and new catalogs gives a key more than its first maker had", async () => {
  await fc.assert(
    fc.asyncProperty(creation, fc.array(step, { minLength: 3, maxLength: 8 }), async (first, steps) => {
      await declare(names);
      const { actor } = await makeWorkspace();
      const root = await makeKey(actor, {
        ...inputOf({ ...first, permissionLevel: "read_write" }),
        allowedIps: first.allowedIps ?? [],
        canManageKeys: true,
      });
      const reports = isWithin(reported, root.key.allowedIps) && !isWithin(root.key.allowedIps, reported);
      const rateLimitPerMinute = (first.rateLimitPerMinute ?? 600) > 30 ? 30 : undefined;
      const reportOnly = {
        rateLimitPerMinute,
        enforceAt: inDays(7),
        ...(reports && { allowedIps: reported }),
      };
      if (reports || rateLimitPerMinute) root.key = await changeApiKey(actor, root.key.id, { reportOnly });
      const keys = [root.key];
      let current: KeyPolicy = {};
      for (const { by, on, what, input, overlapSeconds, policy, ...report } of steps) {
        const target = keys[on % keys.length] as ApiKey;
        const maker = keys[by % keys.length] as ApiKey;
        if (what === "permissions") {
          await declare(input.chosen);
          continue;
        }
        if (what === "policy") {
          current = policy;
          await setKeyPolicy(actor, policy);
          continue;
        }
        const known = keys.length;
        const managing = await actorOf(maker);
        if (!managing.canManageKeys || managing.permissionLevel !== "read_write") continue;
        const { permissionLevel, permissions, ...others } = inputOf(input);
        try {
          if (what === "create") keys.push((await createApiKey(managing, inputOf(input))).key);
          else if (what === "rotate")
            keys.push(
              (
                await rotateApiKey(
                  managing,
                  target.id,
                  { overlapSeconds, permissionLevel, permissions },
                  null,
                )
              ).key,
            );
          else if (what === "extend") await moveOverlap(managing, target.id, overlapSeconds);
          else if (what === "report") {
            const { reportOnly: list, reportLimit, enforceInDays } = report;
            const enforceAt = enforceInDays && inDays(enforceInDays);
            const asked = list && {
              allowedIps: list,
              rateLimitPerMinute: reportLimit,
              enforceAt: enforceAt || null,
            };
            await changeApiKey(managing, target.id, { reportOnly: asked });
          } else
            await changeApiKey(managing, target.id, {
              allowedIps: others.allowedIps,
              rateLimitPerMinute: others.rateLimitPerMinute,
              environment: others.environment,
              expirationDays: others.expiresInDays ?? undefined,
            });
        } catch (error) {
          // Refused, which is fine. A mistake of the program is not.
          if (!isAppError(error) || error.code === "internal_error") throw error;
        }
        for (const key of keys.slice(known)) expectMeets(key, current);
      }
      await declare(names);
      const catalog = await readCatalog();
      const most = rightsOf(root.key, "owner", catalog);
      const rootLimit = root.key.rateLimitPerMinute ?? runtime().env.rateLimitPerMinute;
      const rootLife = root.key.lifetimeSeconds ?? Number.POSITIVE_INFINITY;
      for (const { id } of keys) {
        const key = await db().apiKey.findUniqueOrThrow({ where: { id } });
        expect(areWithin(rightsOf(key, "owner", catalog), most)).toBe(true);
        expect(isWithin(key.allowedIps, root.key.allowedIps)).toBe(true);
        const later = Date.now() + 8 * day;
        expect(isWithin(enforcedIps(key, later), enforcedIps(root.key, later))).toBe(true);
        const limitLater = (of: ApiKey) => enforcedRateLimit(of, later, of.rateLimitPerMinute ?? rootLimit);
        expect(limitLater(key) ?? rootLimit).toBeLessThanOrEqual(limitLater(root.key) ?? rootLimit);
        expect(isEnvironmentWithin(key.environment, root.key.environment)).toBe(true);
        expect(key.rateLimitPerMinute ?? runtime().env.rateLimitPerMinute).toBeLessThanOrEqual(rootLimit);
        expect(key.lifetimeSeconds ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(rootLife);
      }
    }),
    { numRuns: 25 },
  );
}, 180_000);
