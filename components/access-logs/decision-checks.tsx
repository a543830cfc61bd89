"use client";

import { clsx } from "clsx";
import { Check, X } from "lucide-react";
import Link from "next/link";
import { useId } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { IpAddress } from "@/components/ui/ip-address";
import { useAllowAddress } from "@/lib/client/change-api-key";
import { mayRotateKey, rotateHash } from "@/lib/client/may-rotate-key";
import { useApiKey } from "@/lib/client/use-api-key";
import { useViewer } from "@/lib/client/use-viewer";
import type { AccessLogEntry } from "@/lib/contracts/access-logs";
import { decisionSteps } from "./decision-steps";

export function DecisionChecks({ workspaceSlug, entry }: { workspaceSlug: string; entry: AccessLogEntry }) {
  const headingId = useId();
  const steps = decisionSteps(entry);
  if (steps.length === 0) return null;
  return (
    <section aria-labelledby={headingId} className="grid gap-2">
      <h3 id={headingId} className="font-medium">
        Checks, in order
      </h3>
      <ol className="grid gap-px overflow-hidden rounded-control border bg-line text-sm">
        {steps.map((step) => (
          <li
            key={step.text}
            className={clsx("flex gap-2.5 px-3 py-2", step.passed ? "bg-surface" : "bg-sunken")}
          >
            {step.passed ? (
              <Check aria-label="Passed:" className="mt-px size-4 shrink-0 text-ok" />
            ) : (
              <X aria-label="Failed:" className="mt-px size-4 shrink-0 text-bad" />
            )}
            <div className="grid min-w-0 gap-0.5">
              <span className={clsx(!step.passed && "font-medium")}>{step.text}</span>
              {!step.passed && entry.code === "ip_not_allowed" && entry.key && (
                <Allowlist workspaceSlug={workspaceSlug} keyId={entry.key.id} address={entry.ip} />
              )}
              {!step.passed && entry.code === "expired_key" && entry.key && (
                <ExpiredKey workspaceSlug={workspaceSlug} keyId={entry.key.id} />
              )}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The request's address and the key's current allowlist. Shows nothing if the key can't be loaded. */
function Allowlist({
  workspaceSlug,
  keyId,
  address,
}: {
  workspaceSlug: string;
  keyId: string;
  address: string | null;
}) {
  const { data: key } = useApiKey(workspaceSlug, keyId);
  if (!key) return null;
  return (
    <div className="grid justify-items-start gap-2 break-words text-muted">
      <span>
        The request came from {address ? <IpAddress ip={address} /> : "an unknown address"}.{" "}
        {key.allowedIps.length === 0 ? (
          "The key now allows any address."
        ) : (
          <>
            The key allows <span className="font-mono">{key.allowedIps.join(", ")}</span>.
          </>
        )}
      </span>
      {address &&
        key.status !== "revoked" &&
        key.allowedIps.length > 0 &&
        !key.allowedIps.includes(address) && (
          <AddAddress workspaceSlug={workspaceSlug} keyId={keyId} address={address} />
        )}
    </div>
  );
}

/** A person who can see a key can change its addresses. */
function AddAddress({
  workspaceSlug,
  keyId,
  address,
}: {
  workspaceSlug: string;
  keyId: string;
  address: string;
}) {
  const allow = useAllowAddress(workspaceSlug, keyId);
  const form = useSubmit(() => allow.mutateAsync(address), { doing: `Allowing ${address}` });
  return (
    <>
      <Button size="small" pending={form.pending} pendingLabel="Adding…" onClick={() => void form.submit()}>
        Add this address
      </Button>
      {form.failure && <Alert>{form.failure}</Alert>}
    </>
  );
}

/** What helps now: the key that replaced it, or a link to rotate it for those who may. */
function ExpiredKey({ workspaceSlug, keyId }: { workspaceSlug: string; keyId: string }) {
  const { data: key } = useApiKey(workspaceSlug, keyId);
  const viewer = useViewer(workspaceSlug);
  if (!key || !viewer) return null;
  const keys = `/${workspaceSlug}/settings/api/keys`;
  if (key.successor)
    return (
      <span className="text-muted">
        It was rotated: its program needs the{" "}
        <Link
          href={`${keys}/${encodeURIComponent(key.successor.id)}`}
          className="text-accent hover:underline"
        >
          new key
        </Link>
        .
      </span>
    );
  if (!mayRotateKey(viewer, key)) return null;
  return (
    <Link href={`${keys}/${encodeURIComponent(keyId)}${rotateHash}`} className="text-accent hover:underline">
      Rotate this key
    </Link>
  );
}
