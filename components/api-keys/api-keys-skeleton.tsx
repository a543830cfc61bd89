import { DataTableSkeleton, type Head } from "@/components/ui/data-table-skeleton";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";

export const apiKeyHeads: Head[] = [
  { id: "name", header: "Name" },
  { id: "key", header: "Key" },
  { id: "owner", header: "Owner", hideBelow: "xl" },
  { id: "permission", header: "Permission", hideBelow: "xl" },
  { id: "last-used", header: "Last used" },
  { id: "expires", header: "Expires", hideBelow: "lg" },
  { id: "status", header: "Status" },
];

export function ApiKeysSkeleton() {
  return (
    <>
      <PageHeader title="API keys" action={<Skeleton className="h-9 w-36 max-sm:h-11" />}>
        <Skeleton className="h-5 w-80 max-w-full" />
      </PageHeader>
      <div className="mb-4 flex flex-wrap items-end gap-2">
        <Skeleton className="h-8 w-56 max-sm:w-full" />
        <Skeleton className="h-8 w-28" />
      </div>
      <DataTableSkeleton label="API keys" heads={apiKeyHeads} last="Actions" selectable />
    </>
  );
}
