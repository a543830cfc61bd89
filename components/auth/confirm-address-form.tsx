"use client";

import { useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { buttonStyle } from "@/components/ui/button-style";
import { confirmAddress } from "@/lib/client/mailed-links";
import { useAuthForm } from "./use-auth-form";

type Props = { token: string; email: string; isNew: boolean };

/** Requires a press: mail scanners open links, too. */
export function ConfirmAddressForm({ token, email, isNew }: Props) {
  const [done, setDone] = useState(false);
  const { form, problem, pending } = useAuthForm(async () => {
    await confirmAddress(token);
    setDone(true);
  });

  if (done)
    return (
      <div className="grid gap-5">
        <p role="status" className="break-words">
          {isNew ? `Your email address is now ${email}.` : `${email} is verified.`}
        </p>
        {/* A full page load, because memory may still hold the old address. */}
        <a href="/settings/profile" className={buttonStyle({ variant: "primary" })}>
          Go to your profile
        </a>
      </div>
    );
  return (
    <form {...form}>
      {problem && <Alert>{problem}</Alert>}
      <p className="break-words text-muted">
        {isNew ? `Change your account’s email address to ${email}.` : `Confirm that ${email} is yours.`}
      </p>
      <Button type="submit" variant="primary" pending={pending} pendingLabel="Confirming…" className="w-full">
        {isNew ? "Change address" : "Verify address"}
      </Button>
    </form>
  );
}
