"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { TypedConfirmDialog } from "@/components/forms/typed-confirm-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { toast } from "@/components/ui/toast";
import { type KeyBatch, useKeyBatch, useKeyBatchPreview } from "@/lib/client/change-many-keys";
import { useMembers } from "@/lib/client/use-members";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { KeyBatchAction, KeyBatchResult } from "@/lib/contracts/key-batch";
import { KeyBatchPreview } from "./key-batch-preview";
import { batchDone, batchWords, counted } from "./key-batch-words";

const lifetimes = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
];

/** Says what a change of many keys will do, and does it. */
export function KeyBatchDialog({
  workspaceSlug,
  action,
  keys,
  onDone,
  onClose,
}: {
  workspaceSlug: string;
  action: KeyBatchAction;
  keys: ApiKey[];
  onDone?: () => void;
  onClose: () => void;
}) {
  // The keys as they were selected: the list may change behind the dialog.
  const [keyIds] = useState(() => keys.map(({ id }) => id));
  const [days, setDays] = useState("90");
  const [ownerId, setOwnerId] = useState("");
  const batch: KeyBatch = {
    ...{ action, keyIds },
    ...(action === "extend" && { expirationDays: Number(days) }),
    ...(action === "transfer" && { ownerId }),
  };
  const ready = action !== "transfer" || ownerId !== "";
  const preview = useKeyBatchPreview(workspaceSlug, batch, ready);
  const router = useRouter();
  const send = useKeyBatch(workspaceSlug);
  const words = batchWords[action];
  const changing = preview.data?.changed ?? 0;
  const change = () => send.mutateAsync(batch);
  const tell = (result: KeyBatchResult) => toast.success(...batchDone(action, result));
  const finish = () => {
    onClose();
    router.refresh();
    onDone?.();
  };
  const form = useSubmit(change, { doing: words.doing, onSuccess: tell, onDone: finish });

  const dialog = {
    title: words.title(keyIds.length),
    description: words.description,
    action: ready && changing > 0 ? `${words.verb} ${counted(changing)}` : words.verb,
    pendingLabel: words.pending,
    disabled: !preview.data || changing === 0,
    failureTitle: `Couldn’t confirm that the keys were ${words.done}`,
    onClose,
  };
  const shown = ready && <KeyBatchPreview preview={preview} of={keyIds.length} done={words.done} />;

  if (action === "revoke")
    return (
      <TypedConfirmDialog
        {...dialog}
        expected={preview.data && preview.data.inUse > 0 ? "revoke" : null}
        label="Type revoke to confirm"
        onConfirm={change}
        doing={words.doing}
        onSuccess={tell}
        onDone={finish}
      >
        {shown}
      </TypedConfirmDialog>
    );
  return (
    <FormDialog {...dialog} form={form} onSubmit={() => void form.submit()} draft={false}>
      {action === "extend" && (
        <Field label="Expiration" hint="From now. Keys that expire later stay as they are.">
          <Select value={days} onValueChange={setDays} options={lifetimes} className="w-full" />
        </Field>
      )}
      {action === "transfer" && (
        <NewOwnerField workspaceSlug={workspaceSlug} value={ownerId} onValueChange={setOwnerId} />
      )}
      {shown}
    </FormDialog>
  );
}

function NewOwnerField({
  workspaceSlug,
  ...field
}: {
  workspaceSlug: string;
  value: string;
  onValueChange: (userId: string) => void;
}) {
  const { data: members = [] } = useMembers(workspaceSlug);
  const options = members
    .filter(({ suspended }) => !suspended)
    .map(({ userId, name, email }) => ({ value: userId, label: name, hint: email ?? "Service member" }));
  return (
    <Field label="New owner" hint="The secrets don’t change, so programs keep working.">
      <Select {...field} placeholder="Choose a member" options={options} className="w-full" />
    </Field>
  );
}
