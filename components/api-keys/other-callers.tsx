import { RelativeTime } from "@/components/ui/relative-time";
import type { OtherCallers as Others } from "@/lib/contracts/key-callers";

/** What callers beyond the most that are counted one by one have in common: nothing but their sum. */
export function OtherCallers({ others: { allowed, denied, firstAt, lastAt } }: { others: Others }) {
  const requests = allowed + denied;
  return (
    <>
      This key has had more callers than the 200 that are counted one by one. The others made{" "}
      {requests.toLocaleString("en-US")} {requests === 1 ? "request" : "requests"}
      {denied > 0 && `, ${denied.toLocaleString("en-US")} denied,`} in the last 7 days. First seen{" "}
      <RelativeTime at={firstAt} />, last <RelativeTime at={lastAt} />.
    </>
  );
}
