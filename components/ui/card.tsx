import { clsx } from "clsx";
import type { ReactNode } from "react";

export function Card({ children, flush = false }: { children: ReactNode; flush?: boolean }) {
  return <div className={clsx("rounded-surface border bg-surface", !flush && "p-5")}>{children}</div>;
}
