import { clsx } from "clsx";
import type { ReactNode } from "react";

export type Description = { term: string; value: ReactNode };

export function DescriptionList({ items, columns = 1 }: { items: readonly Description[]; columns?: 1 | 2 }) {
  return (
    <dl className={clsx("grid gap-x-10 gap-y-2.5", columns === 2 && "sm:grid-cols-2")}>
      {items.map(({ term, value }) => (
        <div key={term} className="grid min-w-0 grid-cols-[8rem_minmax(0,1fr)] items-baseline gap-3 text-sm">
          <dt className="text-muted">{term}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
