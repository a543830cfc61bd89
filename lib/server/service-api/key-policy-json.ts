import type { z } from "zod";
import type { WorkspaceAnswer } from "@/lib/contracts/http-api/workspaces";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import type { publicKeyPolicyInput } from "@/lib/contracts/key-policy-input";

/** The policy that `key_policy` of this API describes. */
export function keyPolicyOf(json: z.output<typeof publicKeyPolicyInput>): KeyPolicy {
  return {
    maxLifetimeDays: json.max_lifetime_days,
    requireExpiry: json.require_expiry,
    requireAllowedIps: json.require_allowed_ips,
  };
}

export function keyPolicyJson(policy: KeyPolicy | null): WorkspaceAnswer["key_policy"] {
  if (policy === null) return null;
  const { maxLifetimeDays, requireExpiry, requireAllowedIps } = policy;
  return {
    ...(maxLifetimeDays !== undefined && { max_lifetime_days: maxLifetimeDays }),
    ...(requireExpiry !== undefined && { require_expiry: requireExpiry }),
    ...(requireAllowedIps !== undefined && { require_allowed_ips: requireAllowedIps }),
  };
}
