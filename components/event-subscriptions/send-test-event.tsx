"use client";

import { CircleCheck, CircleX } from "lucide-react";
import { useState } from "react";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { ApiError, errorMessage } from "@/lib/client/api-error";
import { testEndpoint } from "@/lib/client/change-event-subscriptions";
import type { EndpointTest } from "@/lib/contracts/event-subscriptions";
import { latencyText } from "./health-words";

type Outcome = { test: EndpointTest } | { problem: string };

/** Sends a test event to what the form holds, and shows the result below the button. */
export function SendTestEvent({
  workspaceSlug,
  endpointUrl,
  signingSecret,
  check,
  onRefused,
}: {
  workspaceSlug: string;
  endpointUrl: string;
  signingSecret: string;
  /** Returns false, and marks the fields, if the URL or the secret can't be used. */
  check: () => boolean;
  /** Gets the server's reasons by field. */
  onRefused: (reasons: Record<string, string>) => void;
}) {
  const [pending, setPending] = useState(false);
  /** With what it was sent, as it says nothing about another endpoint or secret. */
  const [last, setLast] = useState<{ of: string; outcome: Outcome } | null>(null);
  const of = `${endpointUrl} ${signingSecret}`;
  const outcome = last?.of === of && !pending ? last.outcome : null;

  async function send() {
    if (pending || !check()) return;
    setPending(true);
    setLast(null);
    try {
      setLast({ of, outcome: { test: await testEndpoint(workspaceSlug, { endpointUrl, signingSecret }) } });
    } catch (error) {
      if (error instanceof ApiError && Object.keys(error.fields).length > 0) onRefused(error.fields);
      else setLast({ of, outcome: { problem: errorMessage(error) } });
    } finally {
      setPending(false);
    }
  }

  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-2.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Button onClick={() => void send()} pending={pending} pendingLabel="Sending…">
          Send a test event
        </Button>
        <span role="status" className="min-w-0 wrap-anywhere">
          {outcome ? <OutcomeLine outcome={outcome} /> : <Explanation pending={pending} />}
        </span>
      </div>
      {outcome && "test" in outcome && outcome.test.answer !== "" && (
        <div ref={reveal} className="grid grid-cols-[minmax(0,1fr)] gap-1">
          <p className="text-muted text-sm">The beginning of its answer:</p>
          <CodeBlock label="answer" code={outcome.test.answer} copyable={false} scrolls />
        </div>
      )}
    </div>
  );
}

/** The answer appears below the button, where the dialog may have to be scrolled to. */
function reveal(answer: HTMLElement | null): void {
  answer?.scrollIntoView({ block: "nearest" });
}

function Explanation({ pending }: { pending: boolean }) {
  return (
    <span className="text-muted text-sm">
      {pending ? "Waiting up to 10 seconds for an answer." : "Try your endpoint before you save it."}
    </span>
  );
}

function OutcomeLine({ outcome }: { outcome: Outcome }) {
  if ("problem" in outcome) return <span className="text-bad text-sm">{outcome.problem}</span>;
  const { status, latencyMs, error } = outcome.test;
  return (
    <span className="flex flex-wrap items-center gap-x-2">
      <Badge
        tone={error === null ? "ok" : "bad"}
        icon={error === null ? <CircleCheck aria-hidden /> : <CircleX aria-hidden />}
      >
        {error === null ? "Delivered" : "Failed"}
      </Badge>
      <span className="text-muted text-sm tabular-nums">
        {error ?? `It answered ${status}.`} · {latencyText(latencyMs)}
      </span>
    </span>
  );
}
