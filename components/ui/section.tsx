import { type ReactNode, useId } from "react";

/** A titled card: a region named by its heading. */
export function Section({
  title,
  description,
  actions,
  footer,
  flush = false,
  children,
}: {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  footer?: ReactNode;
  /** No padding around `children`, for tables and lists that reach the edges. */
  flush?: boolean;
  children?: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="rounded-surface border bg-surface">
      <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-3 px-5 pt-4 pb-1">
        <div className="grid min-w-0 max-w-prose flex-1 basis-56 gap-0.5">
          <h2 id={id} className="font-semibold text-lg">
            {title}
          </h2>
          {description && <div className="text-muted">{description}</div>}
        </div>
        {actions}
      </header>
      <div className={flush ? "pt-3" : "px-5 pt-3 pb-5"}>{children}</div>
      {footer && (
        <footer className="flex flex-wrap items-center justify-end gap-3 border-t px-5 py-3">{footer}</footer>
      )}
    </section>
  );
}
