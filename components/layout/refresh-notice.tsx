"use client";

import { TriangleAlert } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import { Button } from "@/components/ui/button";
import { formatIn } from "@/components/ui/format-in";
import { useAccount } from "@/lib/client/use-account";
import { useFailedRefresh } from "@/lib/client/use-failed-refresh";
import type { Account } from "@/lib/contracts/account";

/** Says that what the page shows may be old, because it could not be asked for again. It takes no focus and no room. */
export function RefreshNotice({ account: initial }: { account: Account }) {
  const { data: account } = useAccount(initial);
  const { failed, retry } = useFailedRefresh();
  return (
    <div role="status">
      {failed && (
        <Notice
          updated={formatIn(account.timeZone, timeOptions).format(failed.updatedAt)}
          refreshing={failed.refreshing}
          onRetry={retry}
        />
      )}
    </div>
  );
}

function Notice({
  updated,
  refreshing,
  onRetry,
}: {
  updated: string;
  refreshing: boolean;
  onRetry: () => void;
}) {
  const box = useRef<HTMLElement>(null);
  // In the top layer, so that it is seen above a dialog as well.
  useLayoutEffect(() => box.current?.showPopover(), []);
  return (
    <section
      ref={box}
      popover="manual"
      aria-label="Refresh"
      className="fixed inset-auto top-16 left-4 m-0 flex w-max max-w-[calc(100vw-2rem)] animate-rise items-center gap-3 rounded-surface bg-surface py-2 pr-2 pl-3.5 text-text shadow-float rail:top-auto rail:bottom-4 rail:left-62"
    >
      <TriangleAlert aria-hidden className="size-4 shrink-0 text-warn" />
      <p className="min-w-0 py-1">
        Couldn’t refresh. <span className="text-muted">Last updated {updated}.</span>
      </p>
      <Button size="small" onClick={onRetry} pending={refreshing} pendingLabel="Retrying…">
        Retry
      </Button>
    </section>
  );
}

const timeOptions: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
