"use client";

import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import { errorMessage, fieldError, wasNotConfirmed } from "@/lib/client/api-client";
import { useAddDomain } from "@/lib/client/use-domains";

export function AddDomainForm({ workspaceSlug }: { workspaceSlug: string }) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState("");
  const add = useAddDomain(workspaceSlug);
  const wrong = fieldError(add.error, "domain");

  function submit() {
    if (add.isPending) return;
    add.mutate(typed, { onSuccess: () => setTyped(""), onSettled: () => input.current?.focus() });
  }

  return (
    <form
      noValidate
      method="post"
      className="grid gap-3 px-5 py-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {add.error && !wrong && !wasNotConfirmed(add.error) && <Alert>{errorMessage(add.error)}</Alert>}
      <Field label="Domain" error={wrong} hint="The part after @ in your team’s email addresses.">
        <TextInput
          ref={input}
          value={typed}
          placeholder="example.com"
          autoComplete="off"
          spellCheck={false}
          inputMode="url"
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
      <Button type="submit" pending={add.isPending} pendingLabel="Adding…" className="justify-self-start">
        Add domain
      </Button>
    </form>
  );
}
