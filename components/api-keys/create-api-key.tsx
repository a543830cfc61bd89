"use client";

import { type RefObject, useState } from "react";
import type { Viewer } from "@/lib/client/key-rights";
import type { CreatedApiKey } from "@/lib/contracts/api-keys";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import { CreateApiKeyDialog } from "./create-api-key-dialog";
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
}: {
  workspaceSlug: string;
  viewer: Viewer;
  policy: KeyPolicy | null;
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
      policy={policy ?? {}}
      returnFocus={returnFocus}
      onCreated={setCreated}
      onClose={onClose}
    />
  );
}
