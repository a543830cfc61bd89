import Link from "next/link";
import { type KeyConcernCounts, keyConcerns } from "@/lib/contracts/api-key-filters";
import { concernWords } from "./key-concern-words";
import { keysHref } from "./key-links";

/**
 * Keys that give reason to act, by reason. Each card lists them. Rendered by the server alone, so it's refreshed with the page after
 * each change.
 */
export async function KeyConcernCards({
  workspaceSlug,
  readCounts,
}: {
  workspaceSlug: string;
  readCounts: () => Promise<KeyConcernCounts>;
}) {
  // Advice isn't worth an error: the list below shows its own.
  const counts = await readCounts().catch(() => null);
  const shown = counts ? keyConcerns.filter((concern) => counts[concern] > 0) : [];
  if (!counts || shown.length === 0) return null;
  return (
    <nav aria-label="Keys to review" className="mb-4 flex flex-wrap gap-2">
      {shown.map((concern) => {
        const { one, many } = concernWords[concern];
        return (
          <Link
            key={concern}
            href={`${keysHref(workspaceSlug)}?concern=${concern}`}
            prefetch={false}
            className="flex items-baseline gap-2 rounded-surface border bg-surface px-3.5 py-2 text-sm transition-colors duration-150 hover:bg-hover max-sm:min-h-11 max-sm:w-full max-sm:items-center"
          >
            <span className="font-semibold text-base tabular-nums">
              {counts[concern].toLocaleString("en-US")}
            </span>
            <span className="text-muted">{counts[concern] === 1 ? one : many}</span>
          </Link>
        );
      })}
    </nav>
  );
}
