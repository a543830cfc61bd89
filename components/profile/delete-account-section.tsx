"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Section } from "@/components/ui/section";
import { DeleteAccountDialog } from "./delete-account-dialog";

export function DeleteAccountSection({ email }: { email: string }) {
  const [open, setOpen] = useState(false);
  return (
    <Section
      title="Delete account"
      description="You can’t undo this. First you’ll see what happens to your workspaces and API keys."
    >
      <Button className="text-bad!" onClick={() => setOpen(true)}>
        Delete account
      </Button>
      {open && <DeleteAccountDialog email={email} onClose={() => setOpen(false)} />}
    </Section>
  );
}
