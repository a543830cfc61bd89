import { SectionsSkeleton } from "@/components/layout/sections-skeleton";

export default function ProfileLoading() {
  return (
    <div className="max-w-140">
      <SectionsSkeleton
        title="Profile"
        sections={[
          { title: "About you", height: "h-40" },
          { title: "Picture", height: "h-16" },
          { title: "Email address", height: "h-20" },
          { title: "Workspaces", height: "h-11" },
          { title: "Delete account", height: "h-9" },
        ]}
      />
    </div>
  );
}
