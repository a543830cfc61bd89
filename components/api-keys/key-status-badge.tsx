import { Ban, CircleCheck, CirclePause, Clock } from "lucide-react";
import { Badge, type Tone } from "@/components/ui/badge";
import { type ApiKey, type KeyStatus, keyStatusLabels, statusReasonLabels } from "@/lib/contracts/api-keys";

const looks: Record<KeyStatus, { tone: Tone; icon: typeof Ban }> = {
  active: { tone: "ok", icon: CircleCheck },
  disabled: { tone: "warn", icon: CirclePause },
  expired: { tone: "neutral", icon: Clock },
  revoked: { tone: "bad", icon: Ban },
};

/** What a request with the key would meet now, and why where the key itself is not the reason. */
export function KeyStatusBadge({
  apiKey: { status, statusReason },
}: {
  apiKey: Pick<ApiKey, "status" | "statusReason">;
}) {
  const { tone, icon: Icon } = looks[status];
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
