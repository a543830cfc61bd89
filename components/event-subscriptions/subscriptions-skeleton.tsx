import { DataTableSkeleton, type Head } from "@/components/ui/data-table-skeleton";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";

export const subscriptionHeads: Head[] = [
  { id: "endpoint", header: "Endpoint" },
  { id: "status", header: "Status" },
  { id: "day", header: "Last 24 hours", width: "w-36" },
  { id: "success", header: "Success", align: "right" },
  { id: "latency", header: "Latency", align: "right", hideBelow: "lg" },
];

export function SubscriptionsSkeleton() {
  return (
    <>
      <PageHeader title="Event subscriptions" action={<Skeleton className="h-9 w-40 max-sm:h-11" />}>
        <Skeleton className="h-5 w-80 max-w-full" />
      </PageHeader>
      <DataTableSkeleton label="Event subscriptions" heads={subscriptionHeads} last="Actions" rows={3} />
    </>
  );
}
