import { TriangleAlert } from "lucide-react";
import { ExactTime } from "@/components/ui/relative-time";

/** An exception to “Complete up to”, so it stands directly below it. */
export function SilentProcessWarning({ since }: { since: string }) {
  return (
    <p className="mt-1 flex gap-1.5">
      <TriangleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0 text-warn" />
      <span>
        A server process hasn’t reported since <ExactTime at={since} />. Its latest entries may be missing.
      </span>
    </p>
  );
}
