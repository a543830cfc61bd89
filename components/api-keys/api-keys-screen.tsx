"use client";

import { useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { PageHeader } from "@/components/ui/page-header";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { Workspace } from "@/lib/contracts/workspaces";
import type { ApiKeyDialogName } from "./api-key-dialog";
import { ApiKeyFilters } from "./api-key-filters";
import { ApiKeyTable } from "./api-key-table";
import type { Viewer } from "./key-rights";
import { LazyApiKeyDialog, LazyCreateApiKey, preloadsDialog, whenLoaded } from "./lazy-dialogs";
import type { ProgramSettings } from "./program-settings";

export function ApiKeysScreen({
  workspace,
  viewer,
  program,
}: {
  workspace: Workspace;
  viewer: Viewer;
  program: ProgramSettings;
}) {
  const [creating, setCreating] = useState(false);
  const [dialog, setDialog] = useState<{ name: ApiKeyDialogName; apiKey: ApiKey } | null>(null);
  const createButton = useRef<HTMLButtonElement>(null);

  const create = () => void whenLoaded("create", () => setCreating(true));

  return (
    <>
      <PageHeader
        title="API keys"
        action={
          <Button ref={createButton} variant="primary" onClick={create} {...preloadsDialog("create")}>
            Create API key
          </Button>
        }
      >
        API keys let programs access {workspace.name}. Each secret is shown only once.
      </PageHeader>
      <ApiKeyFilters workspaceSlug={workspace.slug} viewer={viewer} />
      <ApiKeyTable
        workspaceSlug={workspace.slug}
        viewer={viewer}
        onCreate={create}
        onDialog={(name, apiKey) => void whenLoaded("key", () => setDialog({ name, apiKey }))}
      />
      {creating && (
        <LazyCreateApiKey
          workspaceSlug={workspace.slug}
          viewer={viewer}
          program={program}
          returnFocus={createButton}
          onClose={() => setCreating(false)}
        />
      )}
      {dialog && (
        <LazyApiKeyDialog
          workspaceSlug={workspace.slug}
          program={program}
          {...dialog}
          onClose={() => setDialog(null)}
        />
      )}
    </>
  );
}
