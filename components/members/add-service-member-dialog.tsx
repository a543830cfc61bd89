"use client";

import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { TextInput } from "@/components/ui/text-input";
import { toast } from "@/components/ui/toast";
import { errorMessage, fieldError, wasNotConfirmed } from "@/lib/client/api-client";
import { useAddServiceMember } from "@/lib/client/use-members";
import type { ServiceRole } from "@/lib/contracts/permissions";
import { serviceRoleOptions } from "./role-options";

/** Adds an owner of API keys that is no person. */
export function AddServiceMemberDialog({
  workspaceSlug,
  onClose,
}: {
  workspaceSlug: string;
  onClose: () => void;
}) {
  const [name, setName] = useState("");
  const [role, setRole] = useState<ServiceRole>("member");
  const [missing, setMissing] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const add = useAddServiceMember(workspaceSlug);
  const wrong = missing ? "Enter a name." : fieldError(add.error, "name");

  function submit() {
    if (add.isPending) return;
    setMissing(name.trim() === "");
    if (name.trim() === "") return input.current?.focus();
    add.mutate(
      { name, role },
      {
        onSuccess: () => {
          toast.success(`${name.trim()} is added. Make it an API key under API → API keys.`);
          onClose();
        },
        onError: (error) => wasNotConfirmed(error) || input.current?.focus(),
      },
    );
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Add service member"
      description="It is no person: it owns API keys, which stay when people leave, and it cannot sign in."
      size="small"
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" pending={add.isPending} pendingLabel="Adding…">
            Add service member
          </Button>
        </>
      }
    >
      <div className="grid gap-5">
        {add.error && !wrong && !wasNotConfirmed(add.error) && <Alert>{errorMessage(add.error)}</Alert>}
        <Field label="Name" error={wrong} hint="What its keys are for: “deployments”.">
          <TextInput
            ref={input}
            value={name}
            onChange={(event) => setName(event.target.value)}
            autoComplete="off"
            maxLength={200}
          />
        </Field>
        <Field label="Role" hint="Its keys can do no more than its role.">
          <Select value={role} onValueChange={setRole} options={serviceRoleOptions} className="w-full" />
        </Field>
      </div>
    </Dialog>
  );
}
