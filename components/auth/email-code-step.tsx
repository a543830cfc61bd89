"use client";

import { useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { mailSignInCode } from "@/lib/client/sign-in";
import { VerifyForm } from "./verify-form";

/** The second step by an emailed code. Only a press sends one, so that opening the page doesn't. */
export function EmailCodeStep({ email, goal }: { email: string; goal: string }) {
  const [sent, setSent] = useState(0);
  const { submit, pending, failure } = useSubmit(mailSignInCode, {
    doing: "Sending a code",
    onDone: () => setSent(sent + 1),
  });

  const button = (
    <Button
      variant={sent ? "ghost" : "primary"}
      pending={pending}
      pendingLabel="Sending…"
      className="w-full"
      autoFocus={sent === 0}
      onClick={() => void submit()}
    >
      {sent ? "Send another code" : "Email me a code"}
    </Button>
  );
  return (
    <div className="grid gap-3">
      <p role="status" className="mb-2 break-words text-muted">
        {sent > 1
          ? `We sent another code to ${email}. The previous one no longer works.`
          : sent === 1
            ? `We sent a code to ${email}.`
            : `We’ll email a code to ${email}.`}
      </p>
      {failure && <Alert>{failure}</Alert>}
      {/* Remounted for each code, which clears the field. */}
      {sent > 0 && <VerifyForm key={sent} goal={goal} by="emailCode" />}
      {button}
    </div>
  );
}
