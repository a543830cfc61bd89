"use client";

import { useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { mailSignInCode } from "@/lib/client/sign-in";
import { VerifyForm } from "./verify-form";

/** The second step of a sign-in by a mailed code: asked for by a press, so that opening the page mails nothing. */
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
          ? `Another code was sent to ${email}. The one before it is worth nothing now.`
          : sent === 1
            ? `A code was sent to ${email}.`
            : `The code goes to ${email}.`}
      </p>
      {failure && <Alert>{failure}</Alert>}
      {/* Made anew with each code: what was typed of the one before is of no use. */}
      {sent > 0 && <VerifyForm key={sent} goal={goal} by="emailCode" />}
      {button}
    </div>
  );
}
