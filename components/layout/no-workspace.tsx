"use client";

import { useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { MessagePage } from "@/components/layout/message-page";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { signOut } from "@/lib/client/sign-in";
import { CreateWorkspaceDialog } from "../workspaces/create-workspace-dialog";

/** For who was removed from the last workspace they were in, or left it. */
export function NoWorkspace({ name }: { name: string }) {
  const { submit, pending, failure } = useSubmit(() => signOut(), { doing: "Signing out", leaves: true });
  const [creating, setCreating] = useState(false);
  return (
    <MessagePage
      title="You are in no workspace"
      action={
        <div className="flex flex-wrap gap-2">
          <Button variant="primary" onClick={() => setCreating(true)}>
            Create workspace
          </Button>
          <Button pending={pending} pendingLabel="Signing out…" onClick={() => void submit()}>
            Sign out
          </Button>
        </div>
      }
    >
      {name}, you are signed in, but no workspace has you as a member. An admin of one can invite you, or you
      make your own.
      {creating && <CreateWorkspaceDialog onClose={() => setCreating(false)} />}
      {failure && <Alert>{failure}</Alert>}
    </MessagePage>
  );
}
