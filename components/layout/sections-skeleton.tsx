import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";

/** A page of sections that is loading. `height` is a class with the height of a section's content. */
export function SectionsSkeleton({
  title,
  sections,
  filter = false,
}: {
  title: string;
  sections: readonly { title: string; height: string }[];
  /** Whether a filter stands above the sections. */
  filter?: boolean;
}) {
  return (
    <>
      <PageHeader title={title}>
        <Skeleton className="h-5 w-80 max-w-full" />
      </PageHeader>
      {filter && <Skeleton className="mb-4 h-13 sm:w-64" />}
      <div role="status" className="grid gap-6">
        <span className="sr-only">{`Loading ${title}`}</span>
        {sections.map((section) => (
          <Section key={section.title} title={section.title}>
            <Skeleton className={`w-full ${section.height}`} />
          </Section>
        ))}
      </div>
    </>
  );
}
