import { TriangleAlert } from "lucide-react";
import type { PollTrouble } from "@/lib/client/use-poll";

const troubles: Record<PollTrouble, string> = {
  unreachable: "Connection lost. Trying again…",
  failed: "Couldn’t check for the first request. Trying again…",
};

/** Shown until the first request arrives. Claims to wait only while the server answers. */
export function WaitingLine({ trouble }: { trouble: PollTrouble | null }) {
  return trouble ? (
    <>
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <span>{troubles[trouble]}</span>
    </>
  ) : (
    <>
      <span aria-hidden className="mx-1 mt-1.5 size-2 shrink-0 animate-breathe rounded-full bg-accent" />
      <span className="text-muted">Waiting for the first request…</span>
    </>
  );
}
