import type { AccessLogEntry } from "@/lib/contracts/access-logs";

export function isSignIn(entry: Pick<AccessLogEntry, "source">): boolean {
  return entry.source === "console";
}

function signInLine(attempts: number): string {
  return attempts === 1 ? "Sign-in" : `Sign-in, ${attempts.toLocaleString("en-US")} attempts`;
}

/** Such as `GET /v1/documents` or `Sign-in, 3 attempts`. */
export function requestLine(entry: Pick<AccessLogEntry, "source" | "method" | "path" | "attempts">): string {
  if (isSignIn(entry)) return signInLine(entry.attempts?.count ?? 1);
  return [entry.method, entry.path].filter(Boolean).join(" ") || "—";
}
