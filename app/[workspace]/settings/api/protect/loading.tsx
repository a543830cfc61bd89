import { SectionsSkeleton } from "@/components/layout/sections-skeleton";

export default function ProtectLoading() {
  return (
    <SectionsSkeleton
      title="Protect an API"
      sections={[
        { title: "1. Choose where keys are checked", height: "h-64" },
        { title: "2. Put it in place", height: "h-96" },
        { title: "3. Try it", height: "h-24" },
      ]}
    />
  );
}
