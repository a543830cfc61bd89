import type { Origin } from "../actor";
import { newId } from "../new-id";
import { runtime } from "../runtime";
import { countRefusedSignIn } from "./count-refused-sign-in";

const outcomes = {
  signed_in: { outcome: "allowed", status: 200 },
  signed_in_with_passkey: { outcome: "allowed", status: 200 },
  reauthenticated: { outcome: "allowed", status: 200 },
  second_step_passed: { outcome: "allowed", status: 200 },
  incorrect_credentials: { outcome: "denied", status: 401 },
  account_disabled: { outcome: "denied", status: 403 },
  incorrect_code: { outcome: "denied", status: 401 },
  passkey_refused: { outcome: "denied", status: 401 },
  signed_in_by_provider: { outcome: "allowed", status: 200 },
  identity_not_connected: { outcome: "denied", status: 403 },
  provider_refused: { outcome: "denied", status: 403 },
  too_many_attempts: { outcome: "denied", status: 429 },
} as const;

/**
 * Records a sign-in attempt in the access log; failures are counted. An account's attempts appear in each of its
 * workspaces. Attempts with an unknown email are visible only to the operator, and the email isn't stored, because
 * people sometimes type a password there.
 */
export async function recordSignInAttempt(
  user: { id: string } | null,
  code: keyof typeof outcomes,
  origin: Origin,
): Promise<void> {
  const { outcome, status } = outcomes[code];
  const requestId = origin.requestId ?? newId("req");
  const { ip, userAgent } = origin;
  if (outcome === "denied")
    return countRefusedSignIn({ userId: user?.id ?? null, code, status, requestId, ip, userAgent });
  await runtime().engine.accessLog.append({
    kind: "sign_in",
    requestId,
    workspaceId: null,
    keyId: null,
    userId: user?.id ?? null,
    source: "console",
    method: null,
    path: null,
    outcome,
    status,
    code,
    ip,
    userAgent,
  });
}
