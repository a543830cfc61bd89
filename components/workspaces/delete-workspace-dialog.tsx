"use client";

import { useRef, useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { useMembers } from "@/lib/client/use-members";
import { useDeleteWorkspace } from "@/lib/client/use-workspace";
import type { MemberView, Workspace } from "@/lib/contracts/workspaces";

/** Says who and what is hit, and asks for the address, so that nobody deletes the workspace they did not mean. */
export function DeleteWorkspaceDialog({ workspace, onClose }: { workspace: Workspace; onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const members = useMembers(workspace.slug);
  const remove = useDeleteWorkspace(workspace.slug);
  const form = useSubmit(() => remove.mutateAsync(typed), {
    doing: `Deleting ${workspace.name}`,
    fields: ["slug"],
    leaves: true,
  });

  return (
    <FormDialog
      form={form}
      onSubmit={() => void form.submit()}
      onClose={onClose}
      // Typed to confirm, and nothing that anyone would miss.
      draft={false}
      title={`Delete ${workspace.name}?`}
      description="It cannot be brought back. Its API keys are refused from the moment it is deleted."
      initialFocus={field}
      action="Delete workspace"
      pendingLabel="Deleting…"
      variant="danger"
    >
      {/* Its place is kept while it is counted: nothing jumps. */}
      <p className="min-h-5">{members.data && whatIsHit(members.data)}</p>
      <Field
        label="Type the address to confirm"
        hint={
          <>
            It is <strong className="break-all font-mono text-text">{workspace.slug}</strong>.
          </>
        }
        error={form.wrong.slug}
      >
        <TextInput
          ref={field}
          mono
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
    </FormDialog>
  );
}

function whatIsHit(members: readonly MemberView[]): string {
  const others = members.length - 1;
  const keys = members.reduce((sum, member) => sum + member.keys, 0);
  const people =
    others === 0
      ? "Nobody else is in it"
      : `${counted(others, "other person loses", "other people lose")} access`;
  return `${people}; ${keys === 0 ? "it has no API keys in use" : `${counted(keys, "API key stops", "API keys stop")} working`}.`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
