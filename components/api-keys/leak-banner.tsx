import { Alert } from "@/components/ui/alert";
import type { OpenLeak } from "@/lib/contracts/leaks";
import { keyHref } from "./key-links";

/** Leaked keys that need a decision. The server renders it, so it adds no script to a page. */
export function LeakBanner({
  workspaceSlug,
  leaks,
  shownKeyId,
}: {
  workspaceSlug: string;
  leaks: OpenLeak[];
  /** The key of the page, which tells about its own leak. */
  shownKeyId?: string;
}) {
  const others = leaks.filter(({ key }) => key.id !== shownKeyId);
  if (others.length === 0) return null;
  return (
    <div className="mb-6">
      <Alert title={others.length === 1 ? "An API key leaked" : `${others.length} API keys leaked`}>
        <ul className="grid gap-1">
          {others.map(({ key, disabledKeys }) => (
            <li key={key.id} className="wrap-anywhere">
              <a href={keyHref(workspaceSlug, key.id)} className="text-accent underline underline-offset-2">
                {key.name}
              </a>{" "}
              ({key.prefix}…{key.suffix}) was revoked.{disabledSentence(disabledKeys)}
            </li>
          ))}
        </ul>
      </Alert>
    </div>
  );
}

function disabledSentence(count: number): string {
  if (count === 0) return "";
  const keys = count === 1 ? "1 key that it made is" : `${count} keys that it made are`;
  return ` ${keys} disabled until an admin decides.`;
}
