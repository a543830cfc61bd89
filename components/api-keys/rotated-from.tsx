import Link from "next/link";
import type { KeyReference } from "@/lib/contracts/api-keys";
import { KeyHint } from "./key-hint";
import { keyHref } from "./key-links";

/** On the new key's page. */
export function RotatedFrom({
  workspaceSlug,
  predecessor,
}: {
  workspaceSlug: string;
  predecessor: KeyReference;
}) {
  return (
    <span>
      Replaces{" "}
      <Link
        href={keyHref(workspaceSlug, predecessor.id)}
        className="text-text underline decoration-line underline-offset-4 hover:decoration-current"
      >
        <KeyHint prefix={predecessor.prefix} suffix={predecessor.suffix} />
      </Link>
      . That key’s page shows which programs still use it.
    </span>
  );
}
