import type { ReactNode } from "react";

/** What stands in the place of a form once a mail is on its way, announced to who does not see the change. */
export function CheckEmail({ children }: { children: ReactNode }) {
  return (
    <div role="status" className="grid gap-1">
      <h2 className="font-medium">Check your email</h2>
      <p className="text-muted">{children}</p>
    </div>
  );
}
