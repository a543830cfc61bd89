import { ScrollText } from "lucide-react";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

/** In place of the entries of a log that has none. */
export function EmptyLog({ onRefresh }: { onRefresh: () => void }) {
  return (
    <EmptyState
      picture={<ScrollText />}
      title="Requests appear here after the first call."
      action={<Button onClick={onRefresh}>Refresh</Button>}
    />
  );
}
