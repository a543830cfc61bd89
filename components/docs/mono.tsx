import type { ReactNode } from "react";

export function Mono({ children }: { children: ReactNode }) {
  return <code className="break-words font-mono text-sm">{children}</code>;
}
