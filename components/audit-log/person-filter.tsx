"use client";

import { useState } from "react";
import { FilterCombobox } from "@/components/filters/filter-combobox";
import { useMembers } from "@/lib/client/use-members";
import type { MemberView } from "@/lib/contracts/workspaces";

/** Chooses a member, or takes part of the name of anyone: former members, API keys and services made changes too. */
export function PersonFilter({
  workspaceSlug,
  value,
  error,
  onValueChange,
}: {
  workspaceSlug: string;
  value: string;
  error: string | undefined;
  onValueChange: (value: string) => void;
}) {
  const [used, setUsed] = useState(false);
  const { data: members = [] } = useMembers(workspaceSlug, { enabled: used || value.startsWith("usr_") });
  const textOf = (member: MemberView) =>
    members.some((other) => other.name === member.name && other.userId !== member.userId)
      ? `${member.name} (${member.email ?? member.userId})`
      : member.name;
  const named = (typed: string) =>
    members.find(
      (member) =>
        textOf(member).toLowerCase() === typed.toLowerCase() || member.email === typed.toLowerCase(),
    )?.userId ?? null;
  const chosen = members.find(({ userId }) => userId === value);

  return (
    <FilterCombobox
      label="Person"
      text={chosen ? textOf(chosen) : value}
      suggest={(typed) =>
        members
          .filter((member) =>
            [member.name, member.email ?? "", member.userId].some((word) =>
              word.toLowerCase().includes(typed.toLowerCase()),
            ),
          )
          .map(textOf)
      }
      exact={named}
      settle={(typed) => named(typed) ?? typed}
      error={error}
      onValueChange={onValueChange}
      onFocus={() => setUsed(true)}
    />
  );
}
