"use client";

import { ChevronDown, ChevronUp } from "lucide-react";
import Link from "next/link";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { DescriptionList } from "@/components/ui/description-list";
import { IpAddress } from "@/components/ui/ip-address";
import { ExactTime } from "@/components/ui/relative-time";
import { Sheet } from "@/components/ui/sheet";
import { clientName } from "@/lib/client/client-name";
import type { AccessLogEntry } from "@/lib/contracts/access-logs";
import { isSignIn } from "./access-log-words";
import { DecisionChecks } from "./decision-checks";
import { entryReason, entryTitle, sourceLabels } from "./entry-words";
import { OutcomeBadge } from "./outcome-badge";

/** The details of one entry: the checks in order, then every field. */
export function AccessLogEntrySheet({
  workspaceSlug,
  entry,
  onClose,
  steps,
}: {
  workspaceSlug: string;
  entry: AccessLogEntry;
  onClose: () => void;
  /** To the entries around it in a list. */
  steps?: { newer: (() => void) | undefined; older: (() => void) | undefined } | undefined;
}) {
  return (
    <Sheet onClose={onClose} title={entryTitle(entry)} description={entryReason(entry)}>
      {steps && (
        <div className="-my-2 flex gap-2">
          <StepButton
            label="Newer"
            letter="K"
            icon={<ChevronUp aria-hidden className="size-4" />}
            onStep={steps.newer}
          />
          <StepButton
            label="Older"
            letter="J"
            icon={<ChevronDown aria-hidden className="size-4" />}
            onStep={steps.older}
          />
        </div>
      )}
      {!isSignIn(entry) && <DecisionChecks workspaceSlug={workspaceSlug} entry={entry} />}
      <DescriptionList items={entryFacts(workspaceSlug, entry)} />
    </Sheet>
  );
}

function StepButton({
  label,
  letter,
  icon,
  onStep,
}: {
  label: string;
  letter: string;
  icon: ReactNode;
  onStep: (() => void) | undefined;
}) {
  return (
    <Button size="small" icon={icon} disabled={!onStep} aria-keyshortcuts={letter} onClick={onStep}>
      {label}
      <kbd aria-hidden className="text-muted text-xs max-sm:hidden">
        {letter}
      </kbd>
    </Button>
  );
}

function entryFacts(workspaceSlug: string, entry: AccessLogEntry) {
  const none = <span className="text-muted">None</span>;
  const mono = (text: string | null) => (text ? <span className="break-all font-mono">{text}</span> : none);
  return [
    { term: (entry.attempts?.count ?? 1) > 1 ? "First attempt" : "Time", value: <ExactTime at={entry.at} /> },
    ...attemptFacts(entry),
    { term: "Outcome", value: <OutcomeBadge entry={entry} /> },
    { term: "Code", value: mono(`${entry.status} ${entry.code}`) },
    ...(isSignIn(entry)
      ? []
      : [{ term: "Key", value: entry.key ? <KeyLink slug={workspaceSlug} entryKey={entry.key} /> : none }]),
    { term: isSignIn(entry) ? "Person" : "Owner", value: entry.user?.name ?? none },
    ...(isSignIn(entry)
      ? []
      : [
          { term: "Method", value: mono(entry.method) },
          { term: "Path", value: mono(entry.path) },
        ]),
    { term: "Address", value: entry.ip ? <IpAddress ip={entry.ip} /> : none },
    {
      term: "Client",
      value: entry.userAgent ? (
        <>
          {clientName(entry.userAgent)}
          <span className="block break-words text-muted text-xs">{entry.userAgent}</span>
        </>
      ) : (
        none
      ),
    },
    { term: "Source", value: sourceLabels[entry.source] },
    { term: "Request id", value: mono(entry.requestId) },
  ];
}

/** For an entry that counts several denied sign-ins. Its other fields describe the latest attempt. */
function attemptFacts({ attempts }: AccessLogEntry) {
  if (!attempts || attempts.count === 1) return [];
  return [
    { term: "Last attempt", value: <ExactTime at={attempts.lastAt} /> },
    { term: "Attempts", value: attempts.count.toLocaleString("en-US") },
    { term: "Reasons", value: <span className="font-mono">{attempts.codes.join(", ")}</span> },
  ];
}

function KeyLink({ slug, entryKey }: { slug: string; entryKey: NonNullable<AccessLogEntry["key"]> }) {
  return (
    <>
      <Link
        href={`/${slug}/settings/api/keys/${encodeURIComponent(entryKey.id)}`}
        className="text-accent underline-offset-2 hover:underline"
      >
        {entryKey.name}
      </Link>
      <span className="block font-mono text-muted text-xs">
        {entryKey.prefix}…{entryKey.suffix}
      </span>
    </>
  );
}
