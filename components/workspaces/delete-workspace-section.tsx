"use client";

import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Section } from "@/components/ui/section";
import type { Workspace } from "@/lib/contracts/workspaces";
import { DeleteWorkspaceDialog } from "./delete-workspace-dialog";

export function DeleteWorkspaceSection({ workspace }: { workspace: Workspace }) {
  const [open, setOpen] = useState(false);
  return (
    <Section
      title="Delete workspace"
      description="Deletes the workspace and its API keys for everyone in it. You can’t undo this."
    >
      <Button className="text-bad!" onClick={() => setOpen(true)}>
        Delete workspace
      </Button>
      {open && <DeleteWorkspaceDialog workspace={workspace} onClose={() => setOpen(false)} />}
    </Section>
  );
}
