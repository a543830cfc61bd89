"use client";

import { clsx } from "clsx";
import { CircleCheck, CircleX } from "lucide-react";
import { useState } from "react";
import { latencyText } from "@/components/event-subscriptions/health-words";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { ExactTime } from "@/components/ui/relative-time";
import { useSendAgain } from "@/lib/client/change-deliveries";
import type { DeliveryAttempt, DeliveryDetails } from "@/lib/contracts/deliveries";
import type { EventSubscription } from "@/lib/contracts/event-subscriptions";
import { attempts as attemptCount, attemptText } from "./delivery-words";

const shownAtFirst = 6;

/** The attempts, newest first, so that the last failure and the button that sends again are seen first. */
export function DeliveryAttempts({
  workspaceSlug,
  subscription,
  delivery,
  shown,
  onShow,
}: {
  workspaceSlug: string;
  subscription: EventSubscription;
  delivery: DeliveryDetails;
  /** The place of the attempt whose request and answer are shown. */
  shown: number;
  onShow: (place: number | null) => void;
}) {
  const [all, setAll] = useState(false);
  const again = useSendAgain(workspaceSlug, subscription.id, delivery.id);
  const form = useSubmit(() => again.mutateAsync(), {
    doing: `Sending ${delivery.type} again`,
    onSuccess: () => onShow(null),
  });
  const newestFirst = delivery.attempts.map((attempt, place) => ({ attempt, place })).reverse();
  const hidden = all ? 0 : Math.max(0, newestFirst.length - shownAtFirst);
  const isPaused = subscription.status === "paused";

  return (
    <section aria-labelledby="delivery-attempts" className="grid gap-3">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h3 id="delivery-attempts" className="font-semibold">
          {delivery.attempts.length === 0 ? "Attempts" : sentence(attemptCount(delivery.attempts.length))}
        </h3>
        {delivery.body !== null && (
          <Button
            size="small"
            onClick={() => void form.submit()}
            pending={form.pending}
            pendingLabel="Sending…"
            disabled={isPaused}
          >
            Send again
          </Button>
        )}
      </div>
      {form.failure && <Alert>{form.failure}</Alert>}
      {isPaused && <p className="text-muted text-sm">Resume the subscription to send this again.</p>}
      <p role="status" className="text-muted text-sm empty:hidden">
        {waitingText(delivery, isPaused)}
      </p>
      {newestFirst.length > 0 && (
        <ol aria-label="Attempts" className="grid">
          {newestFirst.slice(0, newestFirst.length - hidden).map(({ attempt, place }) => (
            <AttemptItem
              key={place}
              attempt={attempt}
              number={place + 1}
              isShown={place === shown}
              isOnly={newestFirst.length === 1}
              onShow={() => onShow(place)}
            />
          ))}
        </ol>
      )}
      {hidden > 0 && (
        <Button size="small" variant="ghost" className="justify-self-start" onClick={() => setAll(true)}>
          Show {hidden} earlier {hidden === 1 ? "attempt" : "attempts"}
        </Button>
      )}
    </section>
  );
}

function AttemptItem({
  attempt,
  number,
  isShown,
  isOnly,
  onShow,
}: {
  attempt: DeliveryAttempt;
  number: number;
  isShown: boolean;
  isOnly: boolean;
  onShow: () => void;
}) {
  const succeeded = attempt.error === null;
  const Icon = succeeded ? CircleCheck : CircleX;
  return (
    <li className="group relative flex gap-3 pb-1">
      {/* The line from one attempt to the one before it. */}
      <span aria-hidden className="absolute top-7 bottom-0 left-[7px] w-px bg-line group-last:hidden" />
      <Icon aria-hidden className={clsx("mt-2 size-4 shrink-0", succeeded ? "text-ok" : "text-bad")} />
      <button
        type="button"
        aria-pressed={isShown}
        onClick={onShow}
        className={clsx(
          "-ml-2 grid min-w-0 flex-1 gap-0.5 rounded-control px-2 py-1.5 text-left text-sm transition-colors duration-150 hover:bg-hover max-sm:py-2.5",
          !isOnly && "aria-pressed:bg-hover",
        )}
      >
        <span className="wrap-anywhere font-medium">
          <span className="sr-only">Attempt {number}: </span>
          {attemptText(attempt)}
        </span>
        <span className="flex flex-wrap gap-x-2 text-muted">
          <ExactTime at={attempt.at} />
          <span aria-hidden>·</span>
          <span className="tabular-nums">{latencyText(attempt.latencyMs)}</span>
        </span>
      </button>
    </li>
  );
}

function waitingText({ status, attempts, nextAttemptAt }: DeliveryDetails, isPaused: boolean): string {
  if (status !== "pending" || isPaused) return "";
  if (nextAttemptAt && Date.parse(nextAttemptAt) > Date.now() + 10_000) return "";
  return attempts.length === 0 ? "Sending…" : "Sending again…";
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
