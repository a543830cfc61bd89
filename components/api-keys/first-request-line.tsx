"use client";

import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { IpAddress } from "@/components/ui/ip-address";
import { useFirstRequest } from "@/lib/client/use-first-request";
import { RefusedRequestLine } from "./refused-request-line";
import { WaitingLine } from "./waiting-line";

/** Waits for the key's first allowed request, and shows it. Until then it shows the newest refused one. */
export function FirstRequestLine({ workspaceSlug, keyId }: { workspaceSlug: string; keyId: string }) {
  const { first, refused, trouble } = useFirstRequest(workspaceSlug, keyId);
  return (
    <div role="status" className="grid gap-2.5">
      {refused && <RefusedRequestLine workspaceSlug={workspaceSlug} keyId={keyId} request={refused} />}
      <p className="flex min-h-5 items-start gap-2.5">
        {first ? <FirstRequest at={first.at} ip={first.ip} /> : <WaitingLine trouble={trouble} />}
      </p>
    </div>
  );
}

function FirstRequest({ at, ip }: { at: string; ip: string | null }) {
  // How long ago it was when first shown. It doesn't tick.
  const [seconds] = useState(() => Math.max(0, (Date.now() - Date.parse(at)) / 1000));
  return (
    <>
      <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 animate-fade text-ok" />
      <span>
        First request received
        {ip && (
          <>
            {" "}
            from <IpAddress ip={ip} />
          </>
        )}
        , {seconds.toFixed(1)} s ago
      </span>
    </>
  );
}
