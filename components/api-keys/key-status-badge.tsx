import { Ban, CircleCheck, CirclePause, Clock } from "lucide-react";
import { Badge, type Tone } from "@/components/ui/badge";
import { type ApiKey, type KeyStatus, keyStatusLabels, statusReasonLabels } from "@/lib/contracts/api-keys";

const styles: Record<KeyStatus, { tone: Tone; icon: typeof Ban }> = {
  active: { tone: "ok", icon: CircleCheck },
  disabled: { tone: "warn", icon: CirclePause },
  expired: { tone: "neutral", icon: Clock },
  revoked: { tone: "bad", icon: Ban },
};

/** The key's status now, and the reason if it lies outside the key. */
export function KeyStatusBadge({
  apiKey: { status, statusReason },
}: {
  apiKey: Pick<ApiKey, "status" | "statusReason">;
}) {
  const { tone, icon: Icon } = styles[status];
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <Badge tone={tone} icon={<Icon aria-hidden />}>
        {keyStatusLabels[status]}
      </Badge>
      {statusReason && (
        <span className="font-normal text-muted text-sm">{statusReasonLabels[statusReason]}</span>
      )}
    </span>
  );
}
