import { CircleCheck, CircleX } from "lucide-react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { IpAddress } from "@/components/ui/ip-address";
import { useAllowAddress } from "@/lib/client/change-api-key";
import type { RefusedRequest } from "@/lib/contracts/api-keys";
import { errorHelp } from "@/lib/contracts/error-help";

type Line = { workspaceSlug: string; keyId: string };

/** Why the newest request with the key was refused, and what to do about it. */
export function RefusedRequestLine({ request, ...key }: Line & { request: RefusedRequest }) {
  const { code, ip } = request;
  if (code === "ip_not_allowed" && ip) return <RefusedAddress key={ip} {...key} ip={ip} />;
  return (
    <p className="flex items-start gap-2.5">
      <Refused />
      <span>
        Refused: <code className="font-mono text-sm">{code}</code>. {errorHelp[code].means}{" "}
        <span className="text-muted">{errorHelp[code].remedy}</span>
      </span>
    </p>
  );
}

function RefusedAddress({ workspaceSlug, keyId, ip }: Line & { ip: string }) {
  const allow = useAllowAddress(workspaceSlug, keyId);
  const form = useSubmit(() => allow.mutateAsync(ip), { doing: `Allowing ${ip}` });
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-2">
        <p className="flex min-w-0 items-start gap-2.5">
          {form.done ? (
            <>
              <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
              <span>
                <IpAddress ip={ip} /> is on the allowlist now. Send the request again.
              </span>
            </>
          ) : (
            <>
              <Refused />
              <span>
                Refused: <IpAddress ip={ip} /> is not on the allowlist.
              </span>
            </>
          )}
        </p>
        {!form.done && (
          <Button
            size="small"
            pending={form.pending}
            pendingLabel="Adding…"
            onClick={() => void form.submit()}
          >
            Add it
          </Button>
        )}
      </div>
      {form.failure && <Alert>{form.failure}</Alert>}
    </div>
  );
}

function Refused() {
  return <CircleX aria-hidden className="mt-0.5 size-4 shrink-0 animate-fade text-bad" />;
}
