"use client";

import { CodeBlock } from "@/components/ui/code-block";
import { Tabs } from "@/components/ui/tabs";
import { eventSnippets } from "@/lib/client/event-snippets";

/** Endpoints that check the signature, in three languages. */
export function VerifyDeliveries() {
  return (
    <div className="grid gap-3 pt-2">
      <p className="max-w-prose text-muted">
        An endpoint must check the signature before it trusts a request. These read the signing secret from{" "}
        <code className="font-mono text-text">SIGNING_SECRET</code>. Any library for Standard Webhooks works
        too, with the secret in its <code className="font-mono text-text">whsec_…</code> form.
      </p>
      <Tabs
        label="Language"
        tabs={eventSnippets.map(({ id, label, code }) => ({
          value: id,
          label,
          content: <CodeBlock label={`${label} endpoint`} code={code} />,
        }))}
      />
    </div>
  );
}
