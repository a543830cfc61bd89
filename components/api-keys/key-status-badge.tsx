import { Ban, CircleCheck, CirclePause, Clock } from "lucide-react";
import { Badge, type Tone } from "@/components/ui/badge";
import { type KeyStatus, keyStatusLabels } from "@/lib/contracts/api-keys";

const looks: Record<KeyStatus, { tone: Tone; icon: typeof Ban }> = {
  active: { tone: "ok", icon: CircleCheck },
  disabled: { tone: "warn", icon: CirclePause },
  expired: { tone: "neutral", icon: Clock },
  revoked: { tone: "bad", icon: Ban },
};

export function KeyStatusBadge({ status }: { status: KeyStatus }) {
  const { tone, icon: Icon } = looks[status];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {keyStatusLabels[status]}
    </Badge>
  );
}
