import { clsx } from "clsx";
import { Info, TriangleAlert } from "lucide-react";
import { IpAddress } from "@/components/ui/ip-address";
import { ExactTime, RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import { clientName } from "@/lib/client/client-name";
import { useLimitsPreview } from "@/lib/client/use-limits-preview";
import type { PreviewLimitsInput } from "@/lib/contracts/api-key-input";
import type { ApiKey, LimitsPreview as Preview } from "@/lib/contracts/api-keys";
import { previewSentence } from "./limits-preview-words";

const shownCallers = 4;

/** Which recent requests stricter limits would have refused, shown before they are saved. */
export function LimitsPreview({
  workspaceSlug,
  apiKey,
  input,
}: {
  workspaceSlug: string;
  apiKey: ApiKey;
  input: PreviewLimitsInput;
}) {
  const { data, isError, isPlaceholderData } = useLimitsPreview(workspaceSlug, apiKey.id, input);
  return (
    <section
      aria-label="Effect on recent requests"
      aria-busy={isPlaceholderData || undefined}
      className="rounded-control border bg-sunken px-3 py-2.5"
    >
      <div role="status" className={clsx("grid gap-2", isPlaceholderData && "opacity-60")}>
        {data ? (
          <Effect preview={data} />
        ) : isError ? (
          <p className="text-muted">Can’t try this on recent requests right now. You can still save it.</p>
        ) : (
          <Skeleton className="h-5 w-80 max-w-full" />
        )}
      </div>
    </section>
  );
}

function Effect({ preview }: { preview: Preview }) {
  const { callers, callerCount, since, refused } = preview;
  const more = callerCount - Math.min(callers.length, shownCallers);
  return (
    <>
      <p className={clsx("flex items-start gap-2", refused > 0 && "font-medium")}>
        {refused > 0 ? (
          <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
        ) : (
          <Info aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
        )}
        {previewSentence(preview)}
      </p>
      {since && (
        <p className="text-muted text-sm">
          There were more. The oldest of these came at <ExactTime at={since} />.
        </p>
      )}
      {callers.length > 0 && (
        <ul aria-label="Callers that would have been refused" className="divide-y text-sm">
          {callers.slice(0, shownCallers).map(({ ip, userAgent, calls, lastAt }) => (
            <li
              key={`${ip} ${userAgent}`}
              className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 py-1.5 sm:grid-cols-[minmax(0,10rem)_minmax(0,1fr)_auto_auto]"
            >
              <span>{ip ? <IpAddress ip={ip} /> : "Unknown address"}</span>
              <span className="truncate text-muted max-sm:row-start-2">{clientName(userAgent)}</span>
              <span className="text-right tabular-nums">{calls.toLocaleString("en-US")}×</span>
              <span className="text-right text-muted">
                <RelativeTime at={lastAt} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {more > 0 && (
        <p className="text-muted text-sm">
          And {more.toLocaleString("en-US")} more {more === 1 ? "caller" : "callers"}.
        </p>
      )}
    </>
  );
}
