import { Webhook } from "lucide-react";
import { Card } from "@/components/ui/card";
import { EmptyState } from "@/components/ui/empty-state";
import type { Workspace } from "@/lib/contracts/workspaces";

/** Reached only by URL: the navigation hides the page from others. */
export function SubscriptionsRefused({ admins }: { admins: Workspace["admins"] }) {
  return (
    <Card flush>
      <EmptyState picture={<Webhook />} title="Only admins can manage event subscriptions.">
        Ask {admins.map((admin) => `${admin.name} (${admin.email})`).join(", ")} for access.
      </EmptyState>
    </Card>
  );
}
