"use client";

import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Field } from "@/components/ui/field";
import { FormSection } from "@/components/ui/form-section";
import { TextInput } from "@/components/ui/text-input";
import { errorMessage, fieldError } from "@/lib/client/api-client";
import { useUpdateWorkspace } from "@/lib/client/change-workspace";
import { focusFirstError } from "@/lib/client/focus-first-error";
import type { Workspace } from "@/lib/contracts/workspaces";

export function WorkspaceForm({ workspace }: { workspace: Workspace }) {
  const form = useRef<HTMLFormElement>(null);
  const router = useRouter();
  const update = useUpdateWorkspace(workspace.slug);
  const [name, setName] = useState(workspace.name);
  const [slug, setSlug] = useState(workspace.slug);
  const wrongName = fieldError(update.error, "name");
  const wrongSlug = fieldError(update.error, "slug");
  const unchanged = name === workspace.name && slug === workspace.slug;

  function save() {
    update.mutate(
      { name, slug },
      {
        onSuccess: (saved) => {
          setName(saved.name);
          setSlug(saved.slug);
          // The slug is part of every URL of the workspace, so this page has moved.
          if (saved.slug !== workspace.slug) router.replace(`/${saved.slug}/settings/workspace`);
          else router.refresh();
        },
        onError: () => focusFirstError(form.current),
      },
    );
  }

  return (
    <FormSection
      title="General"
      formRef={form}
      onSubmit={save}
      submitLabel="Save changes"
      pendingLabel="Saving…"
      pending={update.isPending}
      done={update.isSuccess && unchanged && "Saved."}
    >
      <div className="grid gap-5">
        {update.error && !wrongName && !wrongSlug && <Alert>{errorMessage(update.error)}</Alert>}
        <Field label="Name" error={wrongName}>
          <TextInput
            name="name"
            autoComplete="organization"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </Field>
        <Field
          label="Address"
          error={wrongSlug}
          hint={
            <>
              Its pages are at <span className="wrap-anywhere font-mono">/{slug || "…"}/settings</span>.
              {slug !== workspace.slug && (
                <span className="block">Links with the old address stop working.</span>
              )}
            </>
          }
        >
          <TextInput
            name="slug"
            mono
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            value={slug}
            onChange={(event) => setSlug(event.target.value)}
          />
        </Field>
      </div>
    </FormSection>
  );
}
