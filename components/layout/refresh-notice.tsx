"use client";

import { TriangleAlert } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Float } from "@/components/ui/float";
import { formatIn } from "@/components/ui/format-in";
import { Notice } from "@/components/ui/notice";
import { useAccount } from "@/lib/client/use-account";
import { useFailedRefresh } from "@/lib/client/use-failed-refresh";
import type { Account } from "@/lib/contracts/account";

/** Shown while the page's data may be out of date because refreshing it failed. */
export function RefreshNotice({ account: initial }: { account: Account }) {
  const { data: account } = useAccount(initial);
  const { failed, retry } = useFailedRefresh();
  return (
    <Float place="notices">
      <div role="status">
        {failed && (
          <Notice
            label="Refresh"
            icon={<TriangleAlert aria-hidden />}
            action={
              <Button
                size="small"
                onClick={retry}
                pending={failed.refreshing}
                pendingLabel="Retrying…"
                className="max-sm:w-full"
              >
                Retry
              </Button>
            }
            // Beside the navigation, in a corner where it covers nothing.
            className="rail:fixed rail:bottom-4 rail:left-62 rail:max-w-96"
          >
            Couldn’t refresh.{" "}
            <span className="text-muted">
              Last updated {formatIn(account.timeZone, timeOptions).format(failed.updatedAt)}.
            </span>
          </Notice>
        )}
      </div>
    </Float>
  );
}

const timeOptions: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit", second: "2-digit" };
