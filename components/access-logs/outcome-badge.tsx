import { CircleCheck, CircleX } from "lucide-react";
import { Badge } from "@/components/ui/badge";
import type { Outcome } from "@/lib/contracts/access-logs";

export const outcomeLabels: Record<Outcome, string> = { allowed: "Allowed", denied: "Denied" };

export function OutcomeBadge({ outcome }: { outcome: Outcome }) {
  const allowed = outcome === "allowed";
  return (
    <Badge
      tone={allowed ? "ok" : "bad"}
      icon={allowed ? <CircleCheck aria-hidden /> : <CircleX aria-hidden />}
    >
      {outcomeLabels[outcome]}
    </Badge>
  );
}
