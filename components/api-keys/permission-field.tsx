"use client";

import { RadioGroup, type RadioOption } from "@/components/ui/radio-group";
import { usePermissions } from "@/lib/client/use-permissions";
import { type PermissionLevel, permissionLevelLabels } from "@/lib/contracts/api-keys";
import { type Role, roleMay } from "@/lib/contracts/permissions";
import type { CreateApiKeyValues } from "./create-api-key-values";
import { PermissionPicker } from "./permission-picker";
import { permissionSentence, permissionsOfLevel } from "./permission-words";

type PermissionValues = Pick<CreateApiKeyValues, "permissionLevel" | "permissions">;

/** The permission level, and for Custom the permissions. Offers only what the owner's role allows. */
export function PermissionField({
  workspaceSlug,
  role,
  ownerName,
  values,
  errors,
  onChange,
}: {
  workspaceSlug: string;
  /** The owner's. */
  role: Role;
  /** Null for the viewer. */
  ownerName: string | null;
  values: PermissionValues;
  errors: Partial<Record<keyof PermissionValues, string>>;
  onChange: (changes: Partial<PermissionValues> & { canManageKeys?: false }) => void;
}) {
  const { data: all = [] } = usePermissions(workspaceSlug);
  const mayWrite = roleMay(role, "api_key.create_read_write");
  const declared = mayWrite ? all : all.filter(({ access }) => access === "read");
  const levels: PermissionLevel[] = [
    "read_only",
    ...(mayWrite ? (["read_write"] as const) : []),
    ...(declared.length > 0 ? (["custom"] as const) : []),
  ];
  const { permissionLevel, permissions } = values;
  return (
    <div className="grid gap-3">
      {!mayWrite && (
        <p className="text-muted">
          The key will be read-only because{" "}
          {ownerName === null ? "you’re a viewer" : `${ownerName} is a viewer`}.
        </p>
      )}
      {levels.length > 1 && (
        <RadioGroup
          label="Permission"
          columns={levels.length === 2 ? 2 : 3}
          options={levels.map((level) => optionOf(level))}
          value={permissionLevel}
          onValueChange={(level) =>
            onChange({ permissionLevel: level, ...(level === "custom" && { canManageKeys: false }) })
          }
          error={errors.permissionLevel}
        />
      )}
      {declared.length > 0 && (
        <p role="status" className="text-muted">
          {permissionSentence(permissionsOfLevel(permissionLevel, permissions, declared))}
        </p>
      )}
      {permissionLevel === "custom" && (
        <PermissionPicker
          declared={declared}
          chosen={permissions}
          onChange={(names) => onChange({ permissions: names })}
          error={errors.permissions}
        />
      )}
    </div>
  );
}

const hints: Record<PermissionLevel, string> = {
  read_only: "GET, HEAD and OPTIONS",
  read_write: "Every method",
  custom: "Only what you choose",
};

function optionOf(level: PermissionLevel): RadioOption<PermissionLevel> {
  return { value: level, label: permissionLevelLabels[level], hint: hints[level] };
}
