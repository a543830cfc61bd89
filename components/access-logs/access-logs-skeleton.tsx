import { DataTableSkeleton, type Head } from "@/components/ui/data-table-skeleton";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";

export const accessLogHeads: Head[] = [
  { id: "time", header: "Time" },
  { id: "outcome", header: "Outcome" },
  { id: "code", header: "Code" },
  { id: "key", header: "Key" },
  { id: "request", header: "Request" },
  { id: "address", header: "Address", hideBelow: "lg" },
  { id: "client", header: "Client", width: "max-2xl:hidden" },
];

export function AccessLogsSkeleton() {
  return (
    <>
      <PageHeader title="Access logs" action={<Skeleton className="h-9 w-20 max-sm:h-11" />}>
        <Skeleton className="h-5 w-96 max-w-full" />
      </PageHeader>
      <Skeleton className="mb-4 h-9 w-full" />
      <Skeleton className="mb-4 h-52 w-full" />
      <Skeleton className="mb-4 h-11 w-24 sm:hidden" />
      <div className="mb-4 grid grid-cols-2 gap-x-3 gap-y-2.5 max-sm:hidden sm:grid-cols-4">
        {["Key", "Outcome", "Code", "Address", "Request id"].map((filter) => (
          <Skeleton key={filter} className="h-13" />
        ))}
      </div>
      <DataTableSkeleton label="Access logs" heads={accessLogHeads} last="Details" rows={10} />
    </>
  );
}
