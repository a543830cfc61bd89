import { Toaster } from "@/components/ui/toaster";
import type { Account } from "@/lib/contracts/account";
import { RefreshNotice } from "./refresh-notice";
import { SessionEndNotice } from "./session-end-notice";

/** What the signed-in pages share and can do without at first. */
export function LateParts({ account }: { account: Account }) {
  return (
    <>
      <RefreshNotice account={account} />
      <SessionEndNotice />
      <Toaster />
    </>
  );
}
