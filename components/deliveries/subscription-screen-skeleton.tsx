import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton } from "@/components/ui/skeleton";

export function SubscriptionScreenSkeleton({ back }: { back: ReactNode }) {
  return (
    <>
      <PageHeader
        back={back}
        title={
          <>
            <span className="sr-only">Event subscription</span>
            <Skeleton className="h-7 w-80 max-w-full" />
          </>
        }
        action={<Skeleton className="h-9 w-64 max-sm:h-11" />}
      >
        <Skeleton className="h-5 w-24" />
      </PageHeader>
      <div className="grid gap-6">
        <Card>
          <div className="grid gap-x-10 gap-y-3.5 sm:grid-cols-2">
            {["w-40", "w-36", "w-24", "w-44", "w-32", "w-28"].map((width) => (
              <Skeleton key={width} className={`h-4 ${width}`} />
            ))}
          </div>
        </Card>
        <Card>
          <Skeleton className="h-40 w-full" />
        </Card>
        <div className="grid gap-2">
          <Skeleton className="h-8 w-56" />
          <DeliveryTableSkeleton />
        </div>
      </div>
    </>
  );
}

export function DeliveryTableSkeleton() {
  return (
    <div className="pt-2">
      <Skeleton className="mb-4 h-11 w-24 sm:hidden" />
      <div className="mb-4 grid grid-cols-4 gap-x-3 max-sm:hidden">
        {["Status", "Type", "From", "To"].map((filter) => (
          <Skeleton key={filter} className="h-13" />
        ))}
      </div>
      <Skeleton className="mb-2 h-8 w-72 max-w-full" />
      <Skeleton className="h-96 rounded-surface" />
    </div>
  );
}
