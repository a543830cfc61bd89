"use client";

import { useState } from "react";
import { MessagePage } from "@/components/layout/message-page";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { errorMessage } from "@/lib/client/api-client";
import { signOut } from "@/lib/client/sign-in";
import { CreateWorkspaceDialog } from "./create-workspace-dialog";

/** For who was removed from the last workspace they were in, or left it. */
export function NoWorkspace({ name }: { name: string }) {
  const [error, setError] = useState<unknown>(null);
  const [creating, setCreating] = useState(false);
  return (
    <MessagePage
      title="You are in no workspace"
      action={
        <div className="flex flex-wrap gap-2">
          <Button variant="primary" onClick={() => setCreating(true)}>
            Create workspace
          </Button>
          <Button onClick={() => signOut().catch(setError)}>Sign out</Button>
        </div>
      }
    >
      {name}, you are signed in, but no workspace has you as a member. An admin of one can invite you, or you
      make your own.
      {creating && <CreateWorkspaceDialog onClose={() => setCreating(false)} />}
      {error !== null && <Alert>{errorMessage(error)}</Alert>}
    </MessagePage>
  );
}
