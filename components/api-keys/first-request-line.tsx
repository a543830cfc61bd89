"use client";

import { CircleCheck } from "lucide-react";
import { useState } from "react";
import { IpAddress } from "@/components/ui/ip-address";
import { useFirstRequest } from "@/lib/client/use-api-key";
import { WaitingLine } from "./waiting-line";

/** Waits with the person until their program has called, and says so at once. */
export function FirstRequestLine({ workspaceSlug, keyId }: { workspaceSlug: string; keyId: string }) {
  const { first, trouble } = useFirstRequest(workspaceSlug, keyId);
  return (
    <p role="status" className="flex min-h-5 items-start gap-2.5">
      {first ? <FirstRequest at={first.at} ip={first.ip} /> : <WaitingLine trouble={trouble} />}
    </p>
  );
}

function FirstRequest({ at, ip }: { at: string; ip: string | null }) {
  // How long ago it was when it was noticed; it does not tick.
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
