import type { ReactNode } from "react";
import { BrandMark } from "./brand";

/** A page outside the frame with a single message. */
export function MessagePage({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-5 px-6 py-16">
      <BrandMark className="size-8" />
      <div className="grid gap-1">
        <h1 className="font-semibold text-xl tracking-[-0.01em]">{title}</h1>
        <div className="text-muted">{children}</div>
      </div>
      {action}
    </main>
  );
}
