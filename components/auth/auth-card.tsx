import type { ReactNode } from "react";

/** The card of a signed-out page. `below` links to related pages. */
export function AuthCard({
  title,
  below,
  children,
}: {
  title: string;
  below?: ReactNode;
  children: ReactNode;
}) {
  return (
    <>
      <div className="rounded-surface border bg-surface p-6 sm:p-8">
        <h1 className="mb-6 font-semibold text-xl tracking-[-0.01em]">{title}</h1>
        {children}
      </div>
      {below && <p className="mt-6 text-center text-muted">{below}</p>}
    </>
  );
}
