"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ReauthenticationDialog } from "@/components/auth/reauthentication-dialog";
import { setPageUser } from "@/lib/client/page-account";
import { createQueryClient } from "@/lib/client/query-client";
import type { Account } from "@/lib/contracts/account";
import { LatePartsLoader } from "./late-parts-loader";

/** Shared by the signed-in pages. Signed-out pages do without, to load less. */
export function Providers({ account, children }: { account: Account; children: ReactNode }) {
  const [queryClient] = useState(() => {
    // Must happen before the page's first request.
    setPageUser(account.userId);
    return createQueryClient();
  });
  return (
    <QueryClientProvider client={queryClient}>
      {children}
      <ReauthenticationDialog account={account} />
      <LatePartsLoader account={account} />
    </QueryClientProvider>
  );
}
