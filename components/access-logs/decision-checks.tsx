"use client";

import { clsx } from "clsx";
import { Check, X } from "lucide-react";
import { useId } from "react";
import type { AccessLogEntry } from "@/lib/contracts/access-logs";
import { decisionSteps } from "./decision-steps";
import { Remedy } from "./remedy";

/** The checks of a request in order. Under the one that failed stands what helps. */
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
              {!step.passed && <Remedy workspaceSlug={workspaceSlug} entry={entry} />}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
