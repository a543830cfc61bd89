import type { ReactNode } from "react";

/** A page's title, one sentence of purpose, and its main action. `back` links to the parent page. */
export function PageHeader({
  title,
  children,
  action,
  back,
}: {
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  back?: ReactNode;
}) {
  return (
    <header className="mb-6 grid gap-2">
      {back && <div className="text-muted text-sm">{back}</div>}
      <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="grid min-w-0 gap-1">
          <h1 className="wrap-anywhere font-semibold text-xl tracking-[-0.01em]">{title}</h1>
          {children && <div className="max-w-prose wrap-anywhere text-muted">{children}</div>}
        </div>
        {action}
      </div>
    </header>
  );
}
