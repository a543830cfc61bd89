import { clsx } from "clsx";
import type { ReactNode } from "react";

/** A line above the page with at most one button. Doesn't take the focus. Use it inside `<Float place="notices">`. */
export function Notice({
  label,
  icon,
  action,
  className,
  children,
}: {
  /** The accessible name. */
  label: string;
  icon: ReactNode;
  action?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <section
      aria-label={label}
      className={clsx(
        "flex animate-rise flex-wrap items-center gap-x-3 gap-y-2 rounded-surface bg-surface py-2.5 pr-2.5 pl-4 shadow-float [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-warn",
        className,
      )}
    >
      {icon}
      <div className="min-w-0 flex-1 basis-56 py-1">{children}</div>
      {action}
    </section>
  );
}
