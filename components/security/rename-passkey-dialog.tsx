"use client";

import { RenameDialog } from "@/components/forms/rename-dialog";
import { useRenamePasskey } from "@/lib/client/use-passkeys";
import type { PasskeyView } from "@/lib/contracts/passkeys";

export function RenamePasskeyDialog({ passkey, onClose }: { passkey: PasskeyView; onClose: () => void }) {
  const rename = useRenamePasskey();
  return (
    <RenameDialog
      name={passkey.name}
      hint="Your device or password manager keeps its own name for it."
      maxLength={120}
      onSave={(name) => rename.mutateAsync({ id: passkey.id, name })}
      onClose={onClose}
    />
  );
}
