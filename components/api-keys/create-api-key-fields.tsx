"use client";

import { Checkbox } from "@/components/ui/checkbox";
import { Combobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import type { Viewer } from "@/lib/client/key-rights";
import { roleMay } from "@/lib/contracts/permissions";
import { AdvancedFields } from "./create-api-key-advanced-fields";
import { OwnerField } from "./create-api-key-owner-field";
import type { CreateApiKeyFieldsProps, PolicyProps } from "./create-api-key-values";
import { ExpirationFields } from "./expiration-fields";
import { PermissionField } from "./permission-field";

export const environments = ["production", "staging", "development", "test"];

export function CreateApiKeyFields({
  workspaceSlug,
  viewer,
  policy,
  values,
  errors,
  onChange,
}: CreateApiKeyFieldsProps & PolicyProps & { workspaceSlug: string; viewer: Viewer }) {
  const role = values.owner?.role ?? viewer.role;
  return (
    <>
      <Field label="Name" error={errors.name} hint="What will use the key, for example “blog ingest”.">
        <TextInput
          value={values.name}
          onChange={(event) => onChange({ name: event.target.value })}
          autoComplete="off"
          maxLength={200}
        />
      </Field>
      {roleMay(viewer.role, "api_key.create_for_service") && (
        <OwnerField workspaceSlug={workspaceSlug} values={values} errors={errors} onChange={onChange} />
      )}
      <PermissionField
        ownerName={values.owner?.name ?? null}
        workspaceSlug={workspaceSlug}
        role={role}
        values={values}
        errors={errors}
        onChange={onChange}
      />
      <ExpirationFields policy={policy} values={values} errors={errors} onChange={onChange} />
      <Field label="Environment" error={errors.environment} hint="Up to 30 characters: a–z, 0–9, _ and -.">
        <Combobox
          value={values.environment}
          onValueChange={(environment) => onChange({ environment })}
          suggestions={environments}
        />
      </Field>
      {roleMay(role, "api_key.create_managing") && values.permissionLevel !== "custom" && (
        <Checkbox
          label="Allow this key to manage API keys"
          hint="It can create, change, and revoke keys over HTTP. Most programs don’t need this."
          checked={values.canManageKeys}
          onChange={(event) => onChange({ canManageKeys: event.target.checked })}
        />
      )}
      <AdvancedFields policy={policy} values={values} errors={errors} onChange={onChange} />
    </>
  );
}
