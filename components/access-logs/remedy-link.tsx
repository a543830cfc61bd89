import Link from "next/link";
import type { ReactNode } from "react";

export function RemedyLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link href={href} className="text-accent hover:underline">
      {children}
    </Link>
  );
}
