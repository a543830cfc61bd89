import Link from "next/link";
import type { ReactNode } from "react";
import { Brand } from "@/components/layout/brand";
import { getPublicConfig } from "@/lib/server/auth/page-session";

export default function DocsLayout({ children }: { children: ReactNode }) {
  return (
    <div className="mx-auto w-full max-w-3xl px-4 py-10 sm:px-6">
      <header className="mb-10 flex flex-wrap items-center justify-between gap-4">
        <Link href="/docs" className="rounded-control">
          <Brand name={getPublicConfig().productName} />
        </Link>
        <nav aria-label="Documentation" className="flex flex-wrap gap-x-5 gap-y-2">
          <Link href="/docs" className="text-accent underline-offset-2 hover:underline">
            Guide
          </Link>
          <Link href="/docs/events" className="text-accent underline-offset-2 hover:underline">
            Events
          </Link>
          <Link href="/docs/errors" className="text-accent underline-offset-2 hover:underline">
            Errors
          </Link>
          <Link href="/docs/leaks" className="text-accent underline-offset-2 hover:underline">
            Leaked keys
          </Link>
          <Link href="/docs/scaling" className="text-accent underline-offset-2 hover:underline">
            Scaling
          </Link>
          <Link href="/settings" className="text-accent underline-offset-2 hover:underline">
            Console
          </Link>
        </nav>
      </header>
      <main>{children}</main>
    </div>
  );
}
