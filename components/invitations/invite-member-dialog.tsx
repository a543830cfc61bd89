"use client";

import { useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { roleOptions } from "@/components/roles/roles";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { TextInput } from "@/components/ui/text-input";
import { toast } from "@/components/ui/toast";
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
  /** Called if the server doesn't send email. */
  onLink: (email: string, link: string) => void;
  onClose: () => void;
}) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("member");
  const { invite } = useSendInvitation(workspace.slug);
  const address = email.trim().toLowerCase();
  const known = members.find((member) => member.email === address);
  const form = useSubmit(() => invite({ email, role }), {
    doing: `Inviting ${address}`,
    fields: ["email"],
    onDone: ({ link }) => {
      onClose();
      if (link) onLink(address, link);
      else toast.success(`An invitation is on its way to ${address}.`);
    },
  });

  return (
    <FormDialog
      form={form}
      onSubmit={() => void form.submit()}
      onClose={onClose}
      // The response may contain the link, which is shown only once.
      staysWhilePending
      title="Invite member"
      description={`The invitation to ${workspace.name} works for one email address, within ${invitationDays} days.`}
      size="small"
      action="Send invitation"
      pendingLabel="Sending…"
    >
      <Field
        label="Email"
        error={form.wrong.email}
        hint={known && `${known.name} is already a member. Change their role in the list instead.`}
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
    </FormDialog>
  );
}
