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
      <PageHeader title="Audit log">
        <Skeleton className="h-5 w-80 max-w-full" />
      </PageHeader>
      <Skeleton className="mb-4 h-8 w-28" />
      <DataTableSkeleton label="Audit log" heads={auditEventHeads} last="Details" rows={10} />
    </>
  );
}
