"use client";

import { useState } from "react";
import { useSubmit } from "@/components/forms/use-submit";
import { MessagePage } from "@/components/layout/message-page";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { signOut } from "@/lib/client/sign-in";
import { CreateWorkspaceDialog } from "../workspaces/create-workspace-dialog";

/** For a person who isn't a member of any workspace, such as after leaving the last one. */
export function NoWorkspace({ name }: { name: string }) {
  const { submit, pending, failure } = useSubmit(() => signOut(), { doing: "Signing out", leaves: true });
  const [creating, setCreating] = useState(false);
  return (
    <MessagePage
      title="You’re not in a workspace"
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
      {name}, you’re signed in but not a member of any workspace. Ask an admin to invite you, or create your
      own.
      {creating && <CreateWorkspaceDialog onClose={() => setCreating(false)} />}
      {failure && <Alert>{failure}</Alert>}
    </MessagePage>
  );
}
