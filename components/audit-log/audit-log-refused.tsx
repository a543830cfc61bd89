import { History } from "lucide-react";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import type { Workspace } from "@/lib/contracts/workspaces";

/** For who came by an address: the navigation shows the audit log to admins only. */
export function AuditLogRefused({ admins }: { admins: Workspace["admins"] }) {
  return (
    <Card flush>
      <EmptyState picture={<History />} title="Only admins can view the audit log.">
        Ask {admins.map((admin) => `${admin.name} (${admin.email})`).join(", ")}.
      </EmptyState>
    </Card>
  );
}
