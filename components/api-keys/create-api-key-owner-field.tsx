"use client";

import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { useMembers } from "@/lib/client/use-members";
import { roleLabels, roleMay } from "@/lib/contracts/permissions";
import type { CreateApiKeyFieldsProps } from "./create-api-key-values";

/** Who owns the key: whoever makes it, or a service member. Not drawn where there is nothing to choose. */
export function OwnerField({
  workspaceSlug,
  values,
  errors,
  onChange,
}: CreateApiKeyFieldsProps & { workspaceSlug: string }) {
  const { data: members = [] } = useMembers(workspaceSlug);
  const services = members.filter((member) => member.email === null && !member.suspended);
  if (services.length === 0) return null;

  function choose(userId: string) {
    const owner = services.find((service) => service.userId === userId) ?? null;
    onChange({
      owner,
      // What was chosen for another owner must not stay where this one's role does not let it be seen.
      ...(owner && !roleMay(owner.role, "api_key.create_read_write") && { permissionLevel: "read_only" }),
      ...(owner && !roleMay(owner.role, "api_key.create_managing") && { canManageKeys: false }),
    });
  }

  return (
    <Field label="Owner" error={errors.owner} hint="A service member’s keys stay when people leave.">
      <Select
        value={values.owner?.userId ?? ""}
        onValueChange={choose}
        options={[
          { value: "", label: "You" },
          ...services.map(({ userId, name, role }) => ({
            value: userId,
            label: name,
            hint: `Service, ${roleLabels[role].toLowerCase()}`,
          })),
        ]}
        className="w-full"
      />
    </Field>
  );
}
