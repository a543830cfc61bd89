"use client";

import { RenameDialog } from "@/components/ui/rename-dialog";
import { errorMessage, fieldError } from "@/lib/client/api-client";
import { useRenamePasskey } from "@/lib/client/use-passkeys";
import type { PasskeyView } from "@/lib/contracts/passkeys";

export function RenamePasskeyDialog({ passkey, onClose }: { passkey: PasskeyView; onClose: () => void }) {
  const rename = useRenamePasskey();
  return (
    <RenameDialog
      name={passkey.name}
      hint="Your device or password manager keeps its own name for it."
      maxLength={120}
      pending={rename.isPending}
      wrong={fieldError(rename.error, "name")}
      failed={rename.error ? errorMessage(rename.error) : undefined}
      onSave={(name, outcome) => rename.mutate({ id: passkey.id, name }, outcome)}
      onClose={onClose}
    />
  );
}
