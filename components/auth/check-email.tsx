import type { ReactNode } from "react";

/** Replaces a form once its email is on its way. */
export function CheckEmail({ children }: { children: ReactNode }) {
  return (
    <div role="status" className="grid gap-1">
      <h2 className="font-medium">Check your email</h2>
      <p className="text-muted">{children}</p>
    </div>
  );
}
