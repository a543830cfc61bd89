import type { UseQueryResult } from "@tanstack/react-query";
import { Alert } from "@/components/ui/alert";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-error";
import type { KeyBatchResult } from "@/lib/contracts/key-batch";
import { counted } from "./key-batch-words";

const mostListed = 5;

/** How many keys will change, how many of them are in use, and which stay as they are. */
export function KeyBatchPreview({
  preview,
  of,
  done,
}: {
  preview: UseQueryResult<KeyBatchResult>;
  of: number;
  /** Such as "revoked". */
  done: string;
}) {
  if (preview.error) return <Alert title="Couldn’t check the keys">{errorMessage(preview.error)}</Alert>;
  if (!preview.data)
    return (
      <div role="status" aria-label="Checking the keys">
        <Skeleton className="h-5 w-72 max-w-full" />
      </div>
    );
  const { changed, inUse, unchanged } = preview.data;
  return (
    <div className="grid gap-3">
      <p role="status">
        {changed === 0
          ? "None of these keys will change."
          : `${changed === of ? counted(changed) : `${changed} of ${counted(of)}`} will be ${done}.`}
        {changed > 0 && ` ${usedSentence(inUse)}`}
      </p>
      {unchanged.length > 0 && (
        <div className="grid gap-1 rounded-control bg-sunken px-3 py-2 text-sm">
          <p className="text-muted">{counted(unchanged.length)} will stay unchanged:</p>
          <ul className="grid gap-1">
            {unchanged.slice(0, mostListed).map(({ keyId, name, reason }) => (
              <li key={keyId} className="wrap-anywhere">
                <strong className="font-medium">{name}</strong>: {reason}
              </li>
            ))}
          </ul>
          {unchanged.length > mostListed && (
            <p className="text-muted">And {(unchanged.length - mostListed).toLocaleString("en-US")} more.</p>
          )}
        </div>
      )}
    </div>
  );
}

function usedSentence(inUse: number): string {
  if (inUse === 0) return "None was used in the last 7 days.";
  return `${inUse.toLocaleString("en-US")} ${inUse === 1 ? "was" : "were"} used in the last 7 days.`;
}
