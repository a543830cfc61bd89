import { SectionsSkeleton } from "@/components/layout/sections-skeleton";

export default function SecurityLoading() {
  return (
    <div className="max-w-180">
      <SectionsSkeleton
        title="Security"
        sections={[
          { title: "Password", height: "h-52" },
          { title: "Two-step verification", height: "h-28" },
          { title: "Passkeys", height: "h-28" },
          { title: "Sessions", height: "h-20" },
          { title: "Recent activity", height: "h-40" },
        ]}
      />
    </div>
  );
}
