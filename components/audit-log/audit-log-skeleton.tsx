import { DataTableSkeleton, type Head } from "@/components/ui/data-table-skeleton";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";

export const auditEventHeads: Head[] = [
  { id: "what", header: "What happened" },
  { id: "time", header: "Time", width: "w-36" },
  { id: "address", header: "Address", width: "w-44" },
];

export function AuditLogSkeleton() {
  return (
    <>
      <PageHeader title="Audit log" action={<Skeleton className="h-9 w-20 max-sm:h-11" />}>
        <Skeleton className="h-5 w-80 max-w-full" />
      </PageHeader>
      <Skeleton className="mb-3 h-8 w-full sm:w-44" />
      <Skeleton className="mb-4 h-11 w-24 sm:hidden" />
      <div className="mb-4 grid grid-cols-4 gap-x-3 max-sm:hidden">
        {["Person", "Action", "Target"].map((filter) => (
          <Skeleton key={filter} className="h-13" />
        ))}
      </div>
      <DataTableSkeleton label="Audit log" heads={auditEventHeads} last="Details" rows={10} />
    </>
  );
}
