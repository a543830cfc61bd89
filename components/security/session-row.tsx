"use client";

import { MonitorSmartphone } from "lucide-react";
import { Button } from "@/components/ui/button";
import { RelativeTime } from "@/components/ui/relative-time";
import { Tag } from "@/components/ui/tag";
import { clientName } from "@/lib/client/client-name";
import type { SessionView } from "@/lib/contracts/account";

export function SessionRow({
  session,
  pending,
  onSignOut,
}: {
  session: SessionView;
  pending: boolean;
  onSignOut: () => void;
}) {
  const client = clientName(session.userAgent);
  return (
    <li className="flex items-start gap-3 border-b px-5 py-3.5 last:border-b-0">
      <MonitorSmartphone aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium">{client}</span>
          {session.current && <Tag>This session</Tag>}
        </p>
        <p className="flex flex-wrap gap-x-3 text-muted text-sm">
          {session.ip && <span className="font-mono">{session.ip}</span>}
          <span>
            Active <RelativeTime at={session.lastActiveAt} />
          </span>
          <span>
            Signed in <RelativeTime at={session.createdAt} />
          </span>
        </p>
      </div>
      {!session.current && (
        <Button
          size="small"
          pending={pending}
          pendingLabel="Signing out…"
          onClick={onSignOut}
          aria-label={`Sign out ${client}${session.ip ? `, ${session.ip}` : ""}`}
        >
          Sign out
        </Button>
      )}
    </li>
  );
}
