import type { ReactNode } from "react";

/** Shown in place of an empty list: one sentence, one action, a faint picture. */
export function EmptyState({
  title,
  children,
  picture,
  action,
}: {
  title: string;
  children?: ReactNode;
  picture?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-4 px-6 py-12 text-center">
      {picture && (
        <div aria-hidden className="text-line [&_svg]:size-16 [&_svg]:stroke-1">
          {picture}
        </div>
      )}
      <div className="grid max-w-sm gap-1">
        <p className="font-medium">{title}</p>
        {children && <div className="text-muted">{children}</div>}
      </div>
      {action}
    </div>
  );
}
