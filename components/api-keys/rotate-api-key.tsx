"use client";

import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { useRotateApiKey } from "@/lib/client/change-rotation";
import { successorRights } from "@/lib/client/key-rights";
import { mayHaveBeenDone } from "@/lib/client/may-have-been-done";
import type { ApiKey, CreatedApiKey } from "@/lib/contracts/api-keys";
import { KeyHint } from "./key-hint";
import { defaultOverlap, overlapChoices, overlapSecondsOf } from "./overlap";
import { PermissionField } from "./permission-field";
import type { ProgramSettings } from "./program-settings";
import { RecentCallers } from "./recent-callers";
import { SecretDialog } from "./secret-dialog";

/** Asks how long the old key keeps working, then shows the new secret. It must stay in this component's state. */
export function RotateApiKey({
  workspaceSlug,
  apiKey,
  program,
  changing = false,
  onClose,
}: {
  workspaceSlug: string;
  apiKey: ApiKey;
  program: ProgramSettings;
  /** Whether the dialog opens with the choice of permissions. */
  changing?: boolean;
  onClose: () => void;
}) {
  const [created, setCreated] = useState<CreatedApiKey | null>(null);
  if (created)
    return (
      <SecretDialog
        workspaceSlug={workspaceSlug}
        created={created}
        program={program}
        lastClient={apiKey.lastUse?.userAgent ?? null}
        onDone={onClose}
      />
    );
  return (
    <RotateDialog
      workspaceSlug={workspaceSlug}
      apiKey={apiKey}
      isChanging={changing}
      onRotated={setCreated}
      onClose={onClose}
    />
  );
}

function RotateDialog({
  workspaceSlug,
  apiKey,
  isChanging,
  onRotated,
  onClose,
}: {
  workspaceSlug: string;
  apiKey: ApiKey;
  isChanging: boolean;
  onRotated: (created: CreatedApiKey) => void;
  onClose: () => void;
}) {
  const hasExpired = apiKey.status === "expired";
  const [overlap, setOverlap] = useState(hasExpired ? "0" : defaultOverlap);
  const [changing, setChanging] = useState(isChanging);
  const [rights, setRights] = useState(() => successorRights(apiKey));
  const rotate = useRotateApiKey(workspaceSlug, apiKey.id);
  const send = () =>
    rotate({ overlapSeconds: overlapSecondsOf(overlap), ...(changing && changedRights(rights)) });
  const form = useSubmit(send, {
    doing: `Rotating ${apiKey.name}`,
    fields: ["overlapSeconds", "permissionLevel", "permissions"],
    onDone: onRotated,
  });

  function submit() {
    if (changing && rights.permissionLevel === "custom" && rights.permissions.length === 0)
      form.refuse({ permissions: "Choose at least one permission." });
    else void form.submit();
  }
  return (
    <FormDialog
      form={form}
      onSubmit={submit}
      onClose={onClose}
      // Closing now would lose the secret.
      staysWhilePending
      title={`Rotate ${apiKey.name}`}
      description={
        <>
          A new key {!changing && "with the same permissions "}replaces{" "}
          <KeyHint prefix={apiKey.prefix} suffix={apiKey.suffix} />.
        </>
      }
      action="Rotate key"
      pendingLabel="Rotating…"
      failureTitle={mayHaveBeenDone(form.error) ? "The key may have been rotated" : "The key wasn’t rotated"}
    >
      {hasExpired ? (
        <p className="text-muted">
          The old key has expired and stays expired, so your programs need the new one now. To let them go on
          with the old one, extend it instead.
        </p>
      ) : (
        <Field
          label="Keep the old key working for"
          error={form.wrong.overlapSeconds}
          hint={hintOf(overlap, apiKey.expiresAt)}
        >
          <Select value={overlap} onValueChange={setOverlap} options={overlapChoices} className="w-full" />
        </Field>
      )}
      <RecentCallers workspaceSlug={workspaceSlug} apiKey={apiKey} change="rotate" />
      <Checkbox
        label="Change what the new key can do"
        checked={changing}
        onChange={(event) => setChanging(event.target.checked)}
      />
      {changing && (
        <PermissionField
          workspaceSlug={workspaceSlug}
          role={apiKey.role ?? "viewer"}
          ownerName={apiKey.owner.name}
          values={rights}
          errors={form.wrong}
          onChange={(changes) => setRights((before) => ({ ...before, ...changes }))}
        />
      )}
    </FormDialog>
  );
}

function changedRights({ permissionLevel, permissions }: ReturnType<typeof successorRights>) {
  return { permissionLevel, ...(permissionLevel === "custom" && { permissions }) };
}

function hintOf(overlap: string, expiresAt: string | null): string {
  if (overlap === "0") return "Programs that still use the old key get 401 expired_key immediately.";
  const limit = expiresAt ? " It never works past its own expiry." : "";
  return `Use this time to give your programs the new key. The key’s page shows which still use the old one.${limit}`;
}
