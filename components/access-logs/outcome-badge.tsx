import { CircleCheck, CircleX } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import type { AccessLogEntry, Outcome } from "@/lib/contracts/access-logs";

export const outcomeLabels: Record<Outcome, string> = { allowed: "Allowed", denied: "Denied" };

export function OutcomeBadge({
  entry: { outcome, wouldDeny },
}: {
  entry: Pick<AccessLogEntry, "outcome" | "wouldDeny">;
}) {
  const allowed = outcome === "allowed";
  return (
    <>
      <Badge
        tone={allowed ? "ok" : "bad"}
        icon={allowed ? <CircleCheck aria-hidden /> : <CircleX aria-hidden />}
      >
        {outcomeLabels[outcome]}
      </Badge>
      {wouldDeny && <span className="block whitespace-nowrap text-warn text-xs">Would be refused</span>}
    </>
  );
}
