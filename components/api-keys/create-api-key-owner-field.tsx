"use client";

import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { useMembers } from "@/lib/client/use-members";
import { roleLabels, roleMay } from "@/lib/contracts/permissions";
import type { CreateApiKeyFieldsProps } from "./create-api-key-values";

/** The creator or a service member. Hidden if the workspace has no service members. */
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
      // Reset choices that this owner's role doesn't allow: their fields are hidden now.
      ...(owner &&
        !roleMay(owner.role, "api_key.create_read_write") && {
          permissionLevel: "read_only",
          permissions: [],
        }),
      ...(owner && !roleMay(owner.role, "api_key.create_managing") && { canManageKeys: false }),
    });
  }

  return (
    <Field label="Owner" error={errors.owner} hint="A service member’s keys keep working when people leave.">
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
