import { Toaster } from "@/components/ui/toaster";
import type { Account } from "@/lib/contracts/account";
import { RefreshNotice } from "./refresh-notice";
import { SessionEndNotice } from "./session-end-notice";

/** The parts of signed-in pages that load late. */
export function LateParts({ account }: { account: Account }) {
  return (
    <>
      <RefreshNotice account={account} />
      <SessionEndNotice />
      <Toaster />
    </>
  );
}
