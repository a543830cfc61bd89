import { SectionsSkeleton } from "@/components/layout/sections-skeleton";

export default function WorkspaceLoading() {
  return (
    <div className="max-w-140">
      <SectionsSkeleton
        title="Workspace"
        sections={[
          { title: "General", height: "h-40" },
          { title: "API access", height: "h-11" },
          { title: "Two-step verification", height: "h-11" },
        ]}
      />
    </div>
  );
}
