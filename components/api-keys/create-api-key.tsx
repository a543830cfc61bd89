"use client";

import { type RefObject, useState } from "react";
import type { CreatedApiKey } from "@/lib/contracts/api-keys";
import { CreateApiKeyDialog } from "./create-api-key-dialog";
import type { PolicyProps } from "./create-api-key-values";
import type { Viewer } from "./key-rights";
import type { ProgramSettings } from "./program-settings";
import { SecretDialog } from "./secret-dialog";

/** The create form, then the secret. The secret must stay in this component's state: no cache may hold it. */
export function CreateApiKey({
  workspaceSlug,
  viewer,
  policy,
  program,
  returnFocus,
  onClose,
}: PolicyProps & {
  workspaceSlug: string;
  viewer: Viewer;
  program: ProgramSettings;
  returnFocus: RefObject<HTMLButtonElement | null>;
  onClose: () => void;
}) {
  const [created, setCreated] = useState<CreatedApiKey | null>(null);
  if (created) {
    return (
      <SecretDialog
        workspaceSlug={workspaceSlug}
        created={created}
        program={program}
        returnFocus={returnFocus}
        onDone={onClose}
      />
    );
  }
  return (
    <CreateApiKeyDialog
      workspaceSlug={workspaceSlug}
      viewer={viewer}
      policy={policy}
      returnFocus={returnFocus}
      onCreated={setCreated}
      onClose={onClose}
    />
  );
}
