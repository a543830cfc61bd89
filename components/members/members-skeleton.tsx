import { DataTableSkeleton, type Head } from "@/components/ui/data-table-skeleton";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";

export const memberHeads: Head[] = [
  { id: "name", header: "Name" },
  { id: "role", header: "Role" },
  { id: "keys", header: "Active keys", align: "right" },
  { id: "since", header: "Joined", width: "w-40" },
];

export function MembersSkeleton() {
  return (
    <>
      <PageHeader title="Members">
        <Skeleton className="h-5 w-80 max-w-full" />
      </PageHeader>
      <DataTableSkeleton label="Members" heads={memberHeads} last="Actions" rows={3} />
    </>
  );
}
