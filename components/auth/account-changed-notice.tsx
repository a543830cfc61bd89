import { UserRoundX } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Float } from "@/components/ui/float";
import { Notice } from "@/components/ui/notice";
import type { Account } from "@/lib/contracts/account";

/** Shown after another person signed in in this browser: requests from this page are rejected. */
export function AccountChangedNotice({ account }: { account: Account }) {
  return (
    <Float place="notices">
      <Notice
        label="Another account"
        icon={<UserRoundX aria-hidden />}
        action={
          <Button size="small" onClick={() => window.location.reload()} className="max-sm:w-full">
            Reload
          </Button>
        }
      >
        <p role="alert" className="break-words">
          Another account is now signed in. This page belongs to {account.email}, and changes here aren’t
          saved. Copy what you need, then reload.
        </p>
      </Notice>
    </Float>
  );
}
