"use client";

import Link from "next/link";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { IpAddress } from "@/components/ui/ip-address";
import { RelativeTime } from "@/components/ui/relative-time";
import { Section } from "@/components/ui/section";
import { toast } from "@/components/ui/toast";
import { useUpdateApiKey } from "@/lib/client/change-api-key";
import type { UpdateApiKeyInput } from "@/lib/contracts/api-key-input";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { keyAccessLogHref } from "./key-links";
import { keyActions, type Viewer } from "./key-rights";
import { LimitsPreview } from "./limits-preview";

/** A key's stricter addresses that aren't enforced yet, what they would refuse, and the decision about them. */
export function ReportOnlySection({
  workspaceSlug,
  viewer,
  apiKey,
  reportOnly: { allowedIps, enforceAt },
}: {
  workspaceSlug: string;
  viewer: Viewer;
  apiKey: ApiKey;
  reportOnly: NonNullable<ApiKey["reportOnly"]>;
}) {
  const update = useUpdateApiKey(workspaceSlug);
  const form = useSubmit(
    (changes: UpdateApiKeyInput) => update.mutateAsync({ keyId: apiKey.id, ...changes }),
    {
      doing: `Changing ${apiKey.name}`,
      onSuccess: (_key, changes) =>
        toast.success(
          changes.allowedIps
            ? `${apiKey.name} now accepts requests from these addresses only.`
            : "The report-only addresses were discarded.",
        ),
    },
  );
  return (
    <Section
      title="Report-only addresses"
      description={
        <>
          Requests from other addresses still pass, and are{" "}
          <Link
            href={`${keyAccessLogHref(workspaceSlug, apiKey.id)}&outcome=allowed&code=ip_not_allowed`}
            className="text-accent underline underline-offset-2"
          >
            marked in the access log
          </Link>
          . {enforceAt ? <EnforcedAt at={enforceAt} /> : "They pass until someone enforces these addresses."}
        </>
      }
      footer={
        keyActions(viewer, apiKey).rename && (
          <>
            <Button
              variant="ghost"
              disabled={form.pending}
              onClick={() => void form.submit({ reportOnly: null })}
            >
              Discard
            </Button>
            <Button
              variant="primary"
              pending={form.pending}
              pendingLabel="Saving…"
              onClick={() => void form.submit({ allowedIps })}
            >
              Enforce now
            </Button>
          </>
        )
      }
    >
      <div className="grid gap-4">
        {form.failure && <Alert>{form.failure}</Alert>}
        <ul aria-label="Report-only addresses" className="flex flex-wrap gap-x-4 gap-y-1">
          {allowedIps.map((address) => (
            <li key={address}>
              <IpAddress ip={address} />
            </li>
          ))}
        </ul>
        <LimitsPreview workspaceSlug={workspaceSlug} apiKey={apiKey} input={{ allowedIps }} />
      </div>
    </Section>
  );
}

function EnforcedAt({ at }: { at: string }) {
  return (
    <>
      They will be refused <RelativeTime at={at} />.
    </>
  );
}
