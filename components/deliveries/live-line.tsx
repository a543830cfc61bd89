import { Button } from "@/components/ui/button";
import type { PollTrouble } from "@/lib/client/use-poll";

/** Above the table: whether it is live, and what waits to be shown. Its height never changes. */
export function LiveLine({
  trouble,
  fresh,
  paused,
  onShow,
}: {
  trouble: PollTrouble | null;
  fresh: number;
  paused: boolean;
  onShow: () => void;
}) {
  return (
    <div className="mb-2 flex min-h-8 flex-wrap items-center gap-3 text-muted text-sm">
      <p role="status">{lineText(trouble, fresh, paused)}</p>
      {!trouble && fresh > 0 && (
        <Button size="small" onClick={() => onShow()}>
          {fresh === 1 ? "Show it" : "Show them"}
        </Button>
      )}
    </div>
  );
}

const troubleText = {
  unreachable: "Can’t reach the server, so what is shown may be out of date.",
  failed: "Can’t load new deliveries right now.",
};

function lineText(trouble: PollTrouble | null, fresh: number, paused: boolean): string {
  if (trouble) return troubleText[trouble];
  if (fresh > 0) return fresh === 1 ? "1 new delivery" : `${fresh.toLocaleString("en-US")} new deliveries`;
  return paused
    ? "Paused: events wait here until the subscription is resumed."
    : "Live: deliveries appear here as they happen.";
}
