"use client";

import { type RefObject, useState } from "react";
import { FormDialog } from "@/components/forms/form-dialog";
import { useSubmit } from "@/components/forms/use-submit";
import { useTimeZone } from "@/components/ui/relative-time";
import { ApiError } from "@/lib/client/api-error";
import { useCreateApiKey } from "@/lib/client/change-api-key";
import type { Viewer } from "@/lib/client/key-rights";
import { mayHaveBeenDone } from "@/lib/client/may-have-been-done";
import type { CreatedApiKey } from "@/lib/contracts/api-keys";
import { CreateApiKeyFields } from "./create-api-key-fields";
import {
  type CreateApiKeyErrors,
  type CreateApiKeyValues,
  checkCreateApiKeyValues,
  createApiKeyErrorsOf,
  createApiKeyFields,
  createApiKeyInputOf,
  emptyCreateApiKeyValues,
  type PolicyProps,
} from "./create-api-key-values";
import { firstExpirationChoice } from "./key-expiration";

export function CreateApiKeyDialog({
  workspaceSlug,
  viewer,
  policy,
  returnFocus,
  onCreated,
  onClose,
}: PolicyProps & {
  workspaceSlug: string;
  viewer: Viewer;
  returnFocus: RefObject<HTMLButtonElement | null>;
  onCreated: (created: CreatedApiKey) => void;
  onClose: () => void;
}) {
  const [values, setValues] = useState({
    ...emptyCreateApiKeyValues,
    expiration: firstExpirationChoice(policy),
  });
  const zone = useTimeZone();
  const createApiKey = useCreateApiKey(workspaceSlug);
  const form = useSubmit(() => withFormErrors(createApiKey(createApiKeyInputOf(values, zone)), values), {
    doing: `Creating ${values.name.trim()}`,
    fields: createApiKeyFields,
    onDone: onCreated,
  });

  function change(changes: Partial<CreateApiKeyValues>) {
    setValues((before) => ({ ...before, ...changes }));
  }

  function submit() {
    const wrong = checkCreateApiKeyValues(values, policy);
    if (Object.keys(wrong).length > 0) form.refuse(wrong);
    else void form.submit();
  }

  return (
    <FormDialog
      form={form}
      onSubmit={submit}
      onClose={onClose}
      // Closing now would lose the secret.
      staysWhilePending
      title="Create API key"
      returnFocus={returnFocus}
      action="Create key"
      pendingLabel="Creating…"
      failureTitle={mayHaveBeenDone(form.error) ? "The key may have been created" : "The key wasn’t created"}
    >
      <CreateApiKeyFields
        workspaceSlug={workspaceSlug}
        viewer={viewer}
        policy={policy}
        values={values}
        errors={form.wrong}
        onChange={change}
      />
    </FormDialog>
  );
}

/** Maps the server's field errors to this form's fields. */
async function withFormErrors<Result>(request: Promise<Result>, values: CreateApiKeyValues): Promise<Result> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const fields: CreateApiKeyErrors = createApiKeyErrorsOf(error.fields, values);
    throw new ApiError(error.code, error.message, {
      ...error,
      requestId: error.requestId ?? undefined,
      fields,
    });
  }
}
