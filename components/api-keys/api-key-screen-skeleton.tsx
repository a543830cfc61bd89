import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";

export function ApiKeyScreenSkeleton({ back }: { back: ReactNode }) {
  return (
    <>
      <PageHeader
        back={back}
        title={
          <>
            <span className="sr-only">API key</span>
            <Skeleton className="h-7 w-56" />
          </>
        }
      />
      <div role="status" className="grid gap-6">
        <span className="sr-only">Loading the API key</span>
        <Card>
          <div className="grid gap-x-10 gap-y-3.5 sm:grid-cols-2">
            {["w-48", "w-24", "w-32", "w-28", "w-40", "w-20", "w-36", "w-16"].map((width) => (
              <Skeleton key={width} className={`h-4 ${width}`} />
            ))}
          </div>
        </Card>
        <Card>
          <Skeleton className="h-40 w-full" />
        </Card>
      </div>
    </>
  );
}
