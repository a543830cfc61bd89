"use client";

import { useState } from "react";
import { MessagePage } from "@/components/layout/message-page";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { errorMessage } from "@/lib/client/api-client";
import { signOut } from "@/lib/client/sign-in";

/** For who was removed from the last workspace they were in. */
export function NoWorkspace({ name }: { name: string }) {
  const [error, setError] = useState<unknown>(null);
  return (
    <MessagePage
      title="You are in no workspace"
      action={<Button onClick={() => signOut().catch(setError)}>Sign out</Button>}
    >
      {name}, you are signed in, but no workspace has you as a member. An admin of one can add you.
      {error !== null && <Alert>{errorMessage(error)}</Alert>}
    </MessagePage>
  );
}
