"use client";

import { Checkbox } from "@/components/ui/checkbox";
import { Combobox } from "@/components/ui/combobox";
import { Field } from "@/components/ui/field";
import { RadioGroup } from "@/components/ui/radio-group";
import { TextInput } from "@/components/ui/text-input";
import { type PermissionLevel, permissionLevelLabels } from "@/lib/contracts/api-keys";
import { roleMay } from "@/lib/contracts/permissions";
import { AdvancedFields } from "./create-api-key-advanced-fields";
import { OwnerField } from "./create-api-key-owner-field";
import type { CreateApiKeyFieldsProps } from "./create-api-key-values";
import { ExpirationFields } from "./expiration-fields";
import type { Viewer } from "./key-rights";

const permissionOptions: { value: PermissionLevel; label: string; hint: string }[] = [
  { value: "read_only", label: permissionLevelLabels.read_only, hint: "GET, HEAD and OPTIONS" },
  { value: "read_write", label: permissionLevelLabels.read_write, hint: "Every method" },
];

const environments = ["production", "staging", "development", "test"];

export function CreateApiKeyFields({
  workspaceSlug,
  viewer,
  values,
  errors,
  onChange,
}: CreateApiKeyFieldsProps & { workspaceSlug: string; viewer: Viewer }) {
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
      {roleMay(role, "api_key.create_read_write") ? (
        <RadioGroup
          label="Permission"
          columns={2}
          options={permissionOptions}
          value={values.permissionLevel}
          onValueChange={(permissionLevel) => onChange({ permissionLevel })}
          error={errors.permissionLevel}
        />
      ) : (
        <p className="text-muted">
          The key will be read-only because{" "}
          {values.owner ? `${values.owner.name} is a viewer` : "you’re a viewer"}.
        </p>
      )}
      <ExpirationFields values={values} errors={errors} onChange={onChange} />
      <Field label="Environment" error={errors.environment} hint="Up to 30 characters: a–z, 0–9, _ and -.">
        <Combobox
          value={values.environment}
          onValueChange={(environment) => onChange({ environment })}
          suggestions={environments}
        />
      </Field>
      {roleMay(role, "api_key.create_managing") && (
        <Checkbox
          label="Allow this key to manage API keys"
          hint="It can create, change, and revoke keys over HTTP. Most programs don’t need this."
          checked={values.canManageKeys}
          onChange={(event) => onChange({ canManageKeys: event.target.checked })}
        />
      )}
      <AdvancedFields values={values} errors={errors} onChange={onChange} />
    </>
  );
}
