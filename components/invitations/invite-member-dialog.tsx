"use client";

import { useRef, useState } from "react";
import { roleOptions } from "@/components/members/role-options";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { TextInput } from "@/components/ui/text-input";
import { toast } from "@/components/ui/toast";
import { errorMessage, fieldError, wasNotConfirmed } from "@/lib/client/api-client";
import { focusFirstError } from "@/lib/client/focus-first-error";
import { useSendInvitation } from "@/lib/client/use-invitations";
import { invitationDays } from "@/lib/contracts/invitations";
import type { Role } from "@/lib/contracts/permissions";
import type { MemberView } from "@/lib/contracts/workspaces";

export function InviteMemberDialog({
  workspace,
  viewerRole,
  members,
  onLink,
  onClose,
}: {
  workspace: { slug: string; name: string };
  viewerRole: Role;
  members: readonly MemberView[];
  /** The server sends no mail: whoever invites hands the link over. */
  onLink: (email: string, link: string) => void;
  onClose: () => void;
}) {
  const fields = useRef<HTMLDivElement>(null);
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("member");
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { invite } = useSendInvitation(workspace.slug);
  const wrongEmail = fieldError(error, "email");
  const address = email.trim().toLowerCase();
  const known = members.find((member) => member.email === address);

  async function submit() {
    if (pending) return;
    setPending(true);
    setError(null);
    try {
      const { link } = await invite({ email, role });
      onClose();
      if (link) onLink(address, link);
      else toast.success(`An invitation is on its way to ${address}.`);
    } catch (thrown) {
      setError(thrown);
      setPending(false);
      focusFirstError(fields.current);
    }
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Invite member"
      description={`The invitation to ${workspace.name} is for one address and good for ${invitationDays} days.`}
      size="small"
      onSubmit={() => void submit()}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" pending={pending} pendingLabel="Sending…">
            Send invitation
          </Button>
        </>
      }
    >
      <div ref={fields} className="grid gap-5">
        {error !== null && !wrongEmail && !wasNotConfirmed(error) && <Alert>{errorMessage(error)}</Alert>}
        <Field
          label="Email"
          error={wrongEmail}
          hint={known && `${known.name} is a member already: change their role in the list instead.`}
        >
          <TextInput
            type="email"
            inputMode="email"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={email}
            onChange={(event) => setEmail(event.target.value)}
          />
        </Field>
        <Field label="Role">
          <Select value={role} onValueChange={setRole} options={roleOptions(viewerRole)} className="w-full" />
        </Field>
      </div>
    </Dialog>
  );
}
