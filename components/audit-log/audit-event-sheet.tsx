"use client";

import { ArrowRight } from "lucide-react";
import Link from "next/link";
import { type ReactNode, useId } from "react";
import { DescriptionList } from "@/components/ui/description-list";
import { ErrorState } from "@/components/ui/error-state";
import { IpAddress } from "@/components/ui/ip-address";
import { ExactTime } from "@/components/ui/relative-time";
import { Sheet } from "@/components/ui/sheet";
import { Skeleton } from "@/components/ui/skeleton";
import { ApiError, errorMessage } from "@/lib/client/api-error";
import { clientName } from "@/lib/client/client-name";
import { useAuditEvent } from "@/lib/client/use-audit-events";
import type { AuditEvent } from "@/lib/contracts/audit-events";
import { type AuditDetail, auditDetails } from "./audit-details";
import { AuditSentence } from "./audit-sentence";

/** The details of an event, also of one that isn't in the list. */
export function AuditEventSheet({
  workspaceSlug,
  eventId,
  listed,
  onClose,
}: {
  workspaceSlug: string;
  eventId: string;
  /** The event, if the list has it. */
  listed: AuditEvent | undefined;
  onClose: () => void;
}) {
  const asked = useAuditEvent(workspaceSlug, eventId, { enabled: !listed });
  const event = listed ?? asked.data;
  if (event) return <EventDetails slug={workspaceSlug} event={event} onClose={onClose} />;
  const isMissing = asked.error instanceof ApiError && asked.error.status === 404;
  return (
    <Sheet onClose={onClose} title={isMissing ? "Event not found" : "Audit event"}>
      {isMissing ? (
        <p className="text-muted">
          No event of this workspace has the id <span className="break-all font-mono">{eventId}</span>.
        </p>
      ) : asked.isError ? (
        <ErrorState
          title="Couldn’t load this event"
          onRetry={() => void asked.refetch()}
          retrying={asked.isFetching}
        >
          {errorMessage(asked.error)}
        </ErrorState>
      ) : (
        <Skeleton className="h-40 w-full" />
      )}
    </Sheet>
  );
}

function EventDetails({ slug, event, onClose }: { slug: string; event: AuditEvent; onClose: () => void }) {
  const { changes, facts } = auditDetails(event);
  return (
    <Sheet onClose={onClose} title={<AuditSentence event={event} />}>
      <DetailSection title="Changes" details={changes} />
      <DetailSection title="Details" details={facts} />
      <DescriptionList items={eventFacts(slug, event)} />
    </Sheet>
  );
}

function DetailSection({ title, details }: { title: string; details: AuditDetail[] }) {
  const headingId = useId();
  if (details.length === 0) return null;
  return (
    <section aria-labelledby={headingId} className="grid gap-2.5">
      <h3 id={headingId} className="font-medium">
        {title}
      </h3>
      <DescriptionList
        items={details.map((detail) => ({ term: detail.label, value: <DetailValue detail={detail} /> }))}
      />
    </section>
  );
}

function DetailValue({ detail: { before, after } }: { detail: AuditDetail }) {
  if (before === null) return <Value text={after} />;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <del className="min-w-0 break-words text-muted no-underline">
        <Value text={before} />
      </del>
      <ArrowRight role="img" aria-label="changed to" className="size-3.5 shrink-0 text-muted" />
      <ins className="min-w-0 break-words no-underline">
        <Value text={after} />
      </ins>
    </span>
  );
}

/** Moments are shown in the viewer's time zone. */
function Value({ text }: { text: string }) {
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? <ExactTime at={text} /> : text;
}

function eventFacts(slug: string, event: AuditEvent) {
  const { actor, target, requestId } = event;
  const none = <span className="text-muted">None</span>;
  return [
    { term: "Time", value: <ExactTime at={event.at} /> },
    { term: "Actor", value: <Named name={actor.name} id={actor.id} href={keyHref(slug, actor)} /> },
    { term: "Target", value: <Named name={target.name} id={target.id} href={keyHref(slug, target)} /> },
    { term: "Action", value: <span className="font-mono">{event.action}</span> },
    { term: "Address", value: event.ip ? <IpAddress ip={event.ip} /> : none },
    {
      term: "Client",
      value: event.userAgent ? (
        <>
          {clientName(event.userAgent)}
          <span className="block break-words text-muted text-xs">{event.userAgent}</span>
        </>
      ) : (
        none
      ),
    },
    {
      term: "Request id",
      value: requestId ? <RequestId slug={slug} event={event} requestId={requestId} /> : none,
    },
    { term: "Event id", value: <span className="break-all font-mono">{event.id}</span> },
  ];
}

/** Keys have a page also when they are revoked. */
function keyHref(slug: string, { type, id }: { type: string; id: string }): string | undefined {
  return type === "key" || type === "api_key"
    ? `/${slug}/settings/api/keys/${encodeURIComponent(id)}`
    : undefined;
}

/** Requests with API keys are in the access log, those of the console aren't. */
function RequestId({ slug, event, requestId }: { slug: string; event: AuditEvent; requestId: string }) {
  const text = <span className="break-all font-mono">{requestId}</span>;
  if (event.actor.type !== "key") return text;
  const search = new URLSearchParams({ requestId });
  return <TextLink href={`/${slug}/settings/api/access-logs?${search}`}>{text}</TextLink>;
}

function TextLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className="text-accent underline-offset-2 hover:underline">
      {children}
    </Link>
  );
}

function Named({ name, id, href }: { name: string; id: string; href: string | undefined }) {
  return (
    <>
      {href ? <TextLink href={href}>{name}</TextLink> : name}
      <span className="block break-all font-mono text-muted text-xs">{id}</span>
    </>
  );
}
