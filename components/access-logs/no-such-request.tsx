import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";

/** In place of the entries if no entry has the request id. */
export function NoSuchRequest({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      title="This workspace has no entry with this request id"
      action={<Button onClick={onClear}>Clear filters</Button>}
    >
      A request without a known key belongs to no workspace. The operator of this server can look for it with{" "}
      <code className="font-mono text-sm">keyward access-log list --request-id</code>.
    </EmptyState>
  );
}
