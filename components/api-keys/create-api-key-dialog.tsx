"use client";

import { type RefObject, useEffect, useRef, useState } from "react";
import { Alert } from "@/components/ui/alert";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { useTimeZone } from "@/components/ui/relative-time";
import { ApiError, errorMessage, wasNotConfirmed } from "@/lib/client/api-error";
import { useCreateApiKey } from "@/lib/client/use-api-keys";
import type { CreatedApiKey } from "@/lib/contracts/api-keys";
import { CreateApiKeyFields } from "./create-api-key-fields";
import {
  type CreateApiKeyErrors,
  type CreateApiKeyValues,
  checkCreateApiKeyValues,
  createApiKeyErrorsOf,
  createApiKeyInputOf,
  emptyCreateApiKeyValues,
} from "./create-api-key-values";
import type { Viewer } from "./key-rights";

/** The form of a new key. Whatever goes wrong, what was typed stays, and the focus goes to the first field to mend. */
export function CreateApiKeyDialog({
  workspaceSlug,
  viewer,
  returnFocus,
  onCreated,
  onClose,
}: {
  workspaceSlug: string;
  viewer: Viewer;
  returnFocus: RefObject<HTMLButtonElement | null>;
  onCreated: (created: CreatedApiKey) => void;
  onClose: () => void;
}) {
  const [values, setValues] = useState(emptyCreateApiKeyValues);
  const [errors, setErrors] = useState<CreateApiKeyErrors>({});
  const [failure, setFailure] = useState<string | null>(null);
  const zone = useTimeZone();
  const [pending, setPending] = useState(false);
  const fields = useRef<HTMLDivElement>(null);
  const createApiKey = useCreateApiKey(workspaceSlug);

  // After the errors are in the page, so that those in a closed part have been opened.
  useEffect(() => {
    if (Object.keys(errors).length > 0)
      fields.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [errors]);

  useEffect(() => {
    if (failure) fields.current?.scrollIntoView({ block: "start" });
  }, [failure]);

  function change(changes: Partial<CreateApiKeyValues>) {
    setValues((before) => ({ ...before, ...changes }));
  }

  async function submit() {
    if (pending) return;
    setFailure(null);
    const wrong = checkCreateApiKeyValues(values);
    setErrors(wrong);
    if (Object.keys(wrong).length > 0) return;
    setPending(true);
    try {
      onCreated(await createApiKey(createApiKeyInputOf(values, zone)));
    } catch (error) {
      const refused = error instanceof ApiError ? createApiKeyErrorsOf(error.fields, values) : {};
      setErrors(refused);
      if (Object.keys(refused).length === 0 && !wasNotConfirmed(error)) setFailure(errorMessage(error));
      setPending(false);
    }
  }

  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="Create API key"
      onSubmit={() => void submit()}
      returnFocus={returnFocus}
      // While the key is being made, closing would lose its secret.
      dismissible={!pending}
      footer={
        <>
          <Button onClick={onClose} disabled={pending}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" pending={pending} pendingLabel="Creating…">
            Create key
          </Button>
        </>
      }
    >
      <div ref={fields} className="grid scroll-mt-4 gap-5">
        {failure && <Alert title="The key was not made">{failure}</Alert>}
        <CreateApiKeyFields
          workspaceSlug={workspaceSlug}
          viewer={viewer}
          values={values}
          errors={errors}
          onChange={change}
        />
      </div>
    </Dialog>
  );
}
