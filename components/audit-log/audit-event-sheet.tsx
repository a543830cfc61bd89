"use client";

import { ArrowRight } from "lucide-react";
import { useId } from "react";
import { DescriptionList } from "@/components/ui/description-list";
import { IpAddress } from "@/components/ui/ip-address";
import { ExactTime } from "@/components/ui/relative-time";
import { Sheet } from "@/components/ui/sheet";
import { clientName } from "@/lib/client/client-name";
import type { AuditEvent } from "@/lib/contracts/audit-events";
import { type AuditDetail, auditDetails } from "./audit-details";
import { AuditSentence } from "./audit-sentence";

export function AuditEventSheet({ event, onClose }: { event: AuditEvent; onClose: () => void }) {
  const headingId = useId();
  const details = auditDetails(event.details);
  return (
    <Sheet onClose={onClose} title={<AuditSentence event={event} />}>
      {details.length > 0 && (
        <section aria-labelledby={headingId} className="grid gap-2.5">
          <h3 id={headingId} className="font-medium">
            Details
          </h3>
          <DescriptionList
            items={details.map((detail) => ({ term: detail.label, value: <DetailValue detail={detail} /> }))}
          />
        </section>
      )}
      <DescriptionList items={eventFacts(event)} />
    </Sheet>
  );
}

function DetailValue({ detail: { before, after } }: { detail: AuditDetail }) {
  if (before === null) return after;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <del className="text-muted no-underline">{before}</del>
      <ArrowRight aria-label="changed to" className="size-3.5 shrink-0 text-muted" />
      <ins className="no-underline">{after}</ins>
    </span>
  );
}

function eventFacts(event: AuditEvent) {
  const none = <span className="text-muted">None</span>;
  return [
    { term: "Time", value: <ExactTime at={event.at} /> },
    { term: "Actor", value: <Named name={event.actor.name} id={event.actor.id} /> },
    { term: "Target", value: <Named name={event.target.name} id={event.target.id} /> },
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
    { term: "Event id", value: <span className="break-all font-mono">{event.id}</span> },
  ];
}

function Named({ name, id }: { name: string; id: string }) {
  return (
    <>
      {name}
      <span className="block break-all font-mono text-muted text-xs">{id}</span>
    </>
  );
}
