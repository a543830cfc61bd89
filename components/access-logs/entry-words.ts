import type { AccessLogEntry, LogSource } from "@/lib/contracts/access-logs";
import { errorCodes } from "@/lib/contracts/error-codes";
import { isSignIn } from "./access-log-words";

export const sourceLabels: Record<LogSource, string> = {
  api: "This server’s API",
  forward_auth: "Gateway (forward auth)",
  verify: "Verification API",
  introspection: "Token introspection",
  unkey: "Unkey-compatible verification",
  console: "Console sign-in",
};

/** An address, or a block of them, with the client. */
export function callerName({ ip, client }: { ip: string; client: string }): string {
  return [ip || "Unknown address", client].filter(Boolean).join(" · ");
}

export function entryTitle(entry: Pick<AccessLogEntry, "source" | "outcome">): string {
  const what = isSignIn(entry) ? "Sign-in" : "Request";
  return `${what} ${entry.outcome}`;
}

export function entryReason({ code, wouldDeny }: Pick<AccessLogEntry, "code" | "wouldDeny">): string {
  if (wouldDeny === "rate_limit_exceeded")
    return "Would be refused: the request exceeds the key’s report-only rate limit.";
  if (wouldDeny) return "Would be refused: the address is not on the key’s report-only list.";
  if (code === "valid") return "The key passed every check.";
  if (code === "signed_in") return "The password was correct.";
  if (code === "signed_in_with_passkey") return "The passkey was accepted. It doesn’t need a second step.";
  if (code === "signed_in_by_provider") return "The identity provider confirmed the person’s identity.";
  if (code === "identity_not_connected")
    return "The account at the identity provider isn’t connected to an account here.";
  if (code === "provider_refused") return "The identity provider didn’t confirm the person’s identity.";
  if (code === "second_step_passed") return "The second step was passed.";
  if (code === "reauthenticated") return "The person confirmed their identity for a sensitive action.";
  return errorCodes[code].message;
}
