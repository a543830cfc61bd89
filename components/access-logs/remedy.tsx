"use client";

import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { IpAddress } from "@/components/ui/ip-address";
import { useAllowAddress, useUpdateApiKey } from "@/lib/client/change-api-key";
import { type KeyPageDialog, keyPageHash } from "@/lib/client/key-page-hash";
import { keyActions } from "@/lib/client/key-rights";
import { useApiKey } from "@/lib/client/use-api-key";
import { useViewer } from "@/lib/client/use-viewer";
import type { AccessLogEntry } from "@/lib/contracts/access-logs";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { roleMay } from "@/lib/contracts/permissions";
import { QuotaRemedy } from "./quota-remedy";
import { RateLimitRemedy } from "./rate-limit-remedy";
import { RemedyLink } from "./remedy-link";

type Viewer = NonNullable<ReturnType<typeof useViewer>>;
type RemedyProps = { workspaceSlug: string; entry: AccessLogEntry; apiKey: ApiKey; viewer: Viewer };

/** What helps against a denial, as the key is now. Shows nothing if the key can't be loaded. */
export function Remedy({ workspaceSlug, entry }: { workspaceSlug: string; entry: AccessLogEntry }) {
  const { data: apiKey } = useApiKey(workspaceSlug, entry.key?.id ?? "", { enabled: entry.key !== null });
  const viewer = useViewer(workspaceSlug);
  const Named = remedies[entry.code as keyof typeof remedies];
  if (!apiKey || !viewer || !Named) return null;
  return (
    <div className="grid justify-items-start gap-2 break-words text-muted">
      <Named {...{ workspaceSlug, entry, apiKey, viewer }} />
    </div>
  );
}

const remedies = {
  revoked_key: Revoked,
  disabled_key: Disabled,
  expired_key: Expired,
  api_access_disabled: ApiAccess,
  ip_not_allowed: Allowlist,
  insufficient_permissions: Permissions,
  rate_limit_exceeded: RateLimitRemedy,
  quota_exceeded: QuotaRemedy,
};

function Revoked({ workspaceSlug, apiKey }: RemedyProps) {
  if (apiKey.successor) return <Successor workspaceSlug={workspaceSlug} apiKey={apiKey} />;
  return (
    <>
      <span>A revoked key stays revoked. Its program needs a new key.</span>
      <RemedyLink href={`/${workspaceSlug}/settings/api/keys`}>Create a key</RemedyLink>
    </>
  );
}

function Disabled({ workspaceSlug, apiKey, viewer }: RemedyProps) {
  const update = useUpdateApiKey(workspaceSlug);
  const enable = () => update.mutateAsync({ keyId: apiKey.id, disabled: false });
  if (apiKey.statusReason === "owner_suspended" || apiKey.statusReason === "owner_removed")
    return (
      <>
        <span>
          {apiKey.owner.name}, its owner,{" "}
          {apiKey.statusReason === "owner_removed" ? "has left" : "is suspended"}.
        </span>
        {roleMay(viewer.role, "member.manage") && (
          <RemedyLink href={`/${workspaceSlug}/settings/members`}>Members</RemedyLink>
        )}
      </>
    );
  if (apiKey.disabledAt === null) return <span>The key isn’t disabled any more.</span>;
  if (!keyActions(viewer, apiKey).enable) return <span>An admin can enable it.</span>;
  return (
    <ActionButton label="Enable" pendingLabel="Enabling…" doing={`Enabling ${apiKey.name}`} act={enable} />
  );
}

function Expired({ workspaceSlug, apiKey, viewer }: RemedyProps) {
  if (apiKey.successor) return <Successor workspaceSlug={workspaceSlug} apiKey={apiKey} />;
  if (apiKey.status !== "expired") return <span>The key was extended since.</span>;
  const may = keyActions(viewer, apiKey);
  return (
    <span className="flex flex-wrap gap-x-4 gap-y-1">
      {may.extend && <DialogLink {...{ workspaceSlug, apiKey }} dialog="extend" label="Extend" />}
      {may.rotate && <DialogLink {...{ workspaceSlug, apiKey }} dialog="rotate" label="Rotate this key" />}
    </span>
  );
}

function ApiAccess({ workspaceSlug, viewer }: RemedyProps) {
  if (!roleMay(viewer.role, "workspace.api_access")) return <span>An admin can turn API access on.</span>;
  return <RemedyLink href={`/${workspaceSlug}/settings/workspace`}>API access</RemedyLink>;
}

function Permissions({ workspaceSlug, apiKey, viewer }: RemedyProps) {
  if (apiKey.successor) return <Successor workspaceSlug={workspaceSlug} apiKey={apiKey} />;
  return (
    <>
      <span>What a key can do is fixed. Rotating it makes a new key that can do more.</span>
      {keyActions(viewer, apiKey).rotate && (
        <DialogLink {...{ workspaceSlug, apiKey }} dialog="permissions" label="Grant this permission" />
      )}
    </>
  );
}

/** The request's address and the key's current allowlist. A person who can see a key can change its addresses. */
function Allowlist({ workspaceSlug, entry: { ip }, apiKey }: RemedyProps) {
  const { allowedIps } = apiKey;
  return (
    <>
      <span>
        The request came from {ip ? <IpAddress ip={ip} /> : "an unknown address"}.{" "}
        {allowedIps.length === 0 ? (
          "The key now allows any address."
        ) : (
          <>
            The key allows <span className="font-mono">{allowedIps.join(", ")}</span>.
          </>
        )}
      </span>
      {ip && apiKey.status !== "revoked" && allowedIps.length > 0 && !allowedIps.includes(ip) && (
        <AddAddress workspaceSlug={workspaceSlug} keyId={apiKey.id} address={ip} />
      )}
    </>
  );
}

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
  return (
    <ActionButton
      label="Add this address"
      pendingLabel="Adding…"
      doing={`Allowing ${address}`}
      act={() => allow.mutateAsync(address)}
    />
  );
}

function ActionButton({
  label,
  pendingLabel,
  doing,
  act,
}: {
  label: string;
  pendingLabel: string;
  doing: string;
  act: () => Promise<unknown>;
}) {
  const form = useSubmit(act, { doing });
  return (
    <>
      <Button
        size="small"
        pending={form.pending}
        pendingLabel={pendingLabel}
        onClick={() => void form.submit()}
      >
        {label}
      </Button>
      {form.failure && <Alert>{form.failure}</Alert>}
    </>
  );
}

function Successor({ workspaceSlug, apiKey }: Pick<RemedyProps, "workspaceSlug" | "apiKey">) {
  return (
    <span>
      It was rotated: its program needs the{" "}
      <RemedyLink
        href={`/${workspaceSlug}/settings/api/keys/${encodeURIComponent(apiKey.successor?.id ?? "")}`}
      >
        new key
      </RemedyLink>
      .
    </span>
  );
}

function DialogLink({
  workspaceSlug,
  apiKey,
  dialog,
  label,
}: Pick<RemedyProps, "workspaceSlug" | "apiKey"> & { dialog: KeyPageDialog; label: string }) {
  return (
    <RemedyLink
      href={`/${workspaceSlug}/settings/api/keys/${encodeURIComponent(apiKey.id)}${keyPageHash[dialog]}`}
    >
      {label}
    </RemedyLink>
  );
}
