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
      description="For ever. Before anything happens you see what it does to your workspaces and your API keys."
    >
      <Button className="text-bad!" onClick={() => setOpen(true)}>
        Delete account
      </Button>
      {open && <DeleteAccountDialog email={email} onClose={() => setOpen(false)} />}
    </Section>
  );
}
