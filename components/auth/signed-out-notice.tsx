import { LogOut } from "lucide-react";
import { Button } from "@/components/ui/button";
import { Float } from "@/components/ui/float";
import { Notice } from "@/components/ui/notice";

export function SignedOutNotice({ onSignIn }: { onSignIn: () => void }) {
  return (
    <Float place="notices">
      <Notice
        label="Signed out"
        icon={<LogOut aria-hidden />}
        action={
          <Button size="small" onClick={onSignIn} className="max-sm:w-full">
            Sign in
          </Button>
        }
      >
        <p role="status">You’re signed out. What this page shows may be out of date.</p>
      </Notice>
    </Float>
  );
}
