import type { ReactNode } from "react";
import { Brand } from "@/components/layout/brand";
import { getPublicConfig } from "@/lib/server/auth/page-session";

export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-108 flex-col px-4 py-12 sm:py-[12vh]">
      <div className="mb-8 flex justify-center">
        <Brand name={getPublicConfig().productName} />
      </div>
      {children}
    </main>
  );
}
