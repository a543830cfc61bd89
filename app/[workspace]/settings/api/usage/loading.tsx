import { SectionsSkeleton } from "@/components/layout/sections-skeleton";

export default function UsageLoading() {
  return (
    <SectionsSkeleton
      title="Usage"
      filter
      sections={[
        { title: "Requests", height: "h-80" },
        { title: "Quotas", height: "h-14" },
      ]}
    />
  );
}
