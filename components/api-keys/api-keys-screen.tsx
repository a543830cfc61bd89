"use client";

import { type ReactNode, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import type { Viewer } from "@/lib/client/key-rights";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { Workspace } from "@/lib/contracts/workspaces";
import type { ApiKeyDialogName } from "./api-key-dialog";
import { ApiKeyFilters } from "./api-key-filters";
import { ApiKeyTable } from "./api-key-table";
import { createDialog, keyDialog } from "./load-dialogs";
import type { ProgramSettings } from "./program-settings";

const CreateApiKey = createDialog.component("CreateApiKey");
const ApiKeyDialog = keyDialog.component("ApiKeyDialog");

export function ApiKeysScreen({
  workspace,
  viewer,
  program,
  concerns,
}: {
  workspace: Workspace;
  viewer: Viewer;
  program: ProgramSettings;
  concerns: ReactNode;
}) {
  const [creating, setCreating] = useState(false);
  const [dialog, setDialog] = useState<{ name: ApiKeyDialogName; apiKey: ApiKey } | null>(null);
  const createButton = useRef<HTMLButtonElement>(null);

  const create = () => createDialog.whenLoaded(() => setCreating(true));

  return (
    <>
      <PageHeader
        title="API keys"
        action={
          <Button ref={createButton} variant="primary" onClick={create} {...createDialog.preloads}>
            Create API key
          </Button>
        }
      >
        API keys let programs access {workspace.name}. Each secret is shown only once.
      </PageHeader>
      {concerns}
      <ApiKeyFilters workspaceSlug={workspace.slug} viewer={viewer} />
      <ApiKeyTable
        workspaceSlug={workspace.slug}
        viewer={viewer}
        onCreate={create}
        onDialog={(name, apiKey) => keyDialog.whenLoaded(() => setDialog({ name, apiKey }))}
      />
      {creating && (
        <CreateApiKey
          workspaceSlug={workspace.slug}
          viewer={viewer}
          policy={workspace.keyPolicy}
          program={program}
          returnFocus={createButton}
          onClose={() => setCreating(false)}
        />
      )}
      {dialog && (
        <ApiKeyDialog
          workspaceSlug={workspace.slug}
          program={program}
          {...dialog}
          onClose={() => setDialog(null)}
        />
      )}
    </>
  );
}
