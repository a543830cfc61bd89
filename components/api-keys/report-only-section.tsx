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
import { keyActions, type Viewer } from "@/lib/client/key-rights";
import type { DenialCode } from "@/lib/contracts/access-logs";
import type { UpdateApiKeyInput } from "@/lib/contracts/api-key-input";
import type { ApiKey, ReportOnlyLimits } from "@/lib/contracts/api-keys";
import { keyAccessLogHref } from "./key-links";
import { LimitsPreview } from "./limits-preview";
import { enforcedSentence, limitsOf, perMinute, reportOnlyWords } from "./report-only-words";

/** A key's stricter limits that aren't enforced yet, what they would refuse, and the decision about them. */
export function ReportOnlySection({
  workspaceSlug,
  viewer,
  apiKey,
  reportOnly,
}: {
  workspaceSlug: string;
  viewer: Viewer;
  apiKey: ApiKey;
  reportOnly: ReportOnlyLimits;
}) {
  const limits = limitsOf(reportOnly);
  const words = reportOnlyWords(reportOnly);
  const update = useUpdateApiKey(workspaceSlug);
  const form = useSubmit(
    (changes: UpdateApiKeyInput) => update.mutateAsync({ keyId: apiKey.id, ...changes }),
    {
      doing: `Changing ${apiKey.name}`,
      onSuccess: (_key, changes) =>
        toast.success(
          changes.reportOnly === null
            ? `The report-only ${words.what} ${words.were} discarded.`
            : enforcedSentence(apiKey.name, reportOnly),
        ),
    },
  );
  return (
    <Section
      title={`Report-only ${words.what}`}
      description={
        <>
          Requests {words.refused} still pass, and are{" "}
          <MarkedLink workspaceSlug={workspaceSlug} keyId={apiKey.id} reportOnly={reportOnly} />.{" "}
          {reportOnly.enforceAt ? (
            <>
              They will be refused <RelativeTime at={reportOnly.enforceAt} />.
            </>
          ) : (
            `They pass until someone enforces ${words.these}.`
          )}
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
              onClick={() => void form.submit(limits)}
            >
              Enforce now
            </Button>
          </>
        )
      }
    >
      <div className="grid gap-4">
        {form.failure && <Alert>{form.failure}</Alert>}
        {limits.allowedIps && (
          <ul aria-label="Report-only addresses" className="flex flex-wrap gap-x-4 gap-y-1">
            {limits.allowedIps.map((address) => (
              <li key={address}>
                <IpAddress ip={address} />
              </li>
            ))}
          </ul>
        )}
        {limits.rateLimitPerMinute !== undefined && (
          <p>
            {perMinute(limits.rateLimitPerMinute)} instead of{" "}
            {apiKey.rateLimitPerMinute.toLocaleString("en-US")}
          </p>
        )}
        <LimitsPreview workspaceSlug={workspaceSlug} apiKey={apiKey} input={limits} />
      </div>
    </Section>
  );
}

/** The access log filtered to the marked requests. It filters by one code at a time. */
function MarkedLink({
  workspaceSlug,
  keyId,
  reportOnly: { allowedIps, rateLimitPerMinute },
}: {
  workspaceSlug: string;
  keyId: string;
  reportOnly: ReportOnlyLimits;
}) {
  const link = (code: DenialCode, text: string) => (
    <Link
      href={`${keyAccessLogHref(workspaceSlug, keyId)}&outcome=allowed&code=${code}`}
      className="text-accent underline underline-offset-2"
    >
      {text}
    </Link>
  );
  if (rateLimitPerMinute === null) return link("ip_not_allowed", "marked in the access log");
  if (allowedIps.length === 0) return link("rate_limit_exceeded", "marked in the access log");
  return (
    <>
      marked in the access log ({link("ip_not_allowed", "by address")},{" "}
      {link("rate_limit_exceeded", "by rate limit")})
    </>
  );
}
