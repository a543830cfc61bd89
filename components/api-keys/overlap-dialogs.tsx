"use client";

import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Checkbox } from "@/components/ui/checkbox";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { ApiError } from "@/lib/client/api-error";
import { useCancelRotation, useMoveOverlap } from "@/lib/client/change-rotation";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { defaultOverlap, overlapChoices, overlapSecondsOf } from "./overlap";

type Props = { workspaceSlug: string; apiKey: ApiKey; onClose: () => void };

/** From now, so it can also shorten the overlap. */
export function ExtendOverlapDialog({ workspaceSlug, apiKey, onClose }: Props) {
  const [overlap, setOverlap] = useState(defaultOverlap);
  const move = useMoveOverlap(workspaceSlug, apiKey.id);
  const form = useSubmit(() => move.mutateAsync(overlapSecondsOf(overlap)), {
    doing: `Changing the overlap of ${apiKey.name}`,
    fields: ["overlapSeconds"],
    onDone: onClose,
  });
  return (
    <FormDialog
      form={form}
      onSubmit={() => void form.submit()}
      onClose={onClose}
      size="small"
      title="Extend the overlap"
      action="Save"
      pendingLabel="Saving…"
    >
      <Field
        label="Keep the old key working for"
        error={form.wrong.overlapSeconds}
        hint="From now, but never past the expiry that the key had before."
      >
        <Select
          value={overlap}
          onValueChange={setOverlap}
          options={overlapChoices.filter(({ value }) => value !== "0")}
          className="w-full"
        />
      </Field>
    </FormDialog>
  );
}

/** Once the new key was used, canceling stops programs, so it has to be confirmed. */
export function CancelRotationDialog({ workspaceSlug, apiKey, onClose }: Props) {
  const [force, setForce] = useState(false);
  const [wasUsed, setWasUsed] = useState(false);
  const cancel = useCancelRotation(workspaceSlug, apiKey.id);
  const form = useSubmit(() => cancel.mutateAsync(force), {
    doing: `Canceling the rotation of ${apiKey.name}`,
    onSuccess: () => toast.success(`The rotation of ${apiKey.name} is canceled. The new key is revoked.`),
    onDone: onClose,
    onFailure: (error) => setWasUsed(error instanceof ApiError && error.code === "conflict"),
  });
  return (
    <FormDialog
      form={form}
      onSubmit={() => void form.submit()}
      onClose={onClose}
      title={`Cancel the rotation of ${apiKey.name}?`}
      description="The new key is revoked, and the old key keeps working as before the rotation."
      action="Cancel the rotation"
      pendingLabel="Canceling…"
      cancelLabel="Keep rotating"
      variant="danger"
      disabled={wasUsed && !force}
      failureTitle="The rotation wasn’t canceled"
    >
      {wasUsed ? (
        <Checkbox
          label="Revoke the new key although it was used"
          hint="Programs that already use it will be denied."
          checked={force}
          onChange={(event) => setForce(event.target.checked)}
        />
      ) : null}
    </FormDialog>
  );
}
