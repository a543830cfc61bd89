import type { AccessLogEntry, LogSource } from "@/lib/contracts/access-logs";
import { errorCodes } from "@/lib/contracts/error-codes";

export const sourceLabels: Record<LogSource, string> = {
  api: "This server's own API",
  forward_auth: "Gateway (forward auth)",
  verify: "Verification request",
  introspection: "Token introspection",
  unkey: "Unkey-compatible verification",
  console: "Console sign-in",
};

export function isSignIn(entry: Pick<AccessLogEntry, "source">): boolean {
  return entry.source === "console";
}

/** What happened, in a few words: the heading of an entry's details. */
export function entryTitle(entry: Pick<AccessLogEntry, "source" | "outcome">): string {
  const what = isSignIn(entry) ? "Sign-in" : "Request";
  return `${what} ${entry.outcome}`;
}

function signInLine(attempts: number): string {
  return attempts === 1 ? "Sign-in" : `Sign-in, ${attempts.toLocaleString("en-US")} attempts`;
}

/** Why, in a sentence. */
export function entryReason({ code }: Pick<AccessLogEntry, "code">): string {
  if (code === "valid") return "The key passed every check.";
  if (code === "signed_in") return "The password was right.";
  if (code === "signed_in_with_passkey") return "The passkey was right, which takes no second step.";
  if (code === "signed_in_by_provider") return "An identity provider confirmed who it is.";
  if (code === "identity_not_connected")
    return "The account at the identity provider is connected to no account here.";
  if (code === "provider_refused") return "The identity provider did not confirm who it is.";
  if (code === "second_step_passed") return "The second step was right.";
  if (code === "reauthenticated") return "The person confirmed who they are, for a sensitive action.";
  return errorCodes[code].message;
}

/** `GET /v1/documents`, or how often a sign-in was tried. */
export function requestLine(entry: Pick<AccessLogEntry, "source" | "method" | "path" | "attempts">): string {
  if (isSignIn(entry)) return signInLine(entry.attempts?.count ?? 1);
  return [entry.method, entry.path].filter(Boolean).join(" ") || "—";
}
