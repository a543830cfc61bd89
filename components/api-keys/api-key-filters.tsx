"use client";

import { FilterBar, FilterSearch, FilterSelect } from "@/components/filters/filter-bar";
import type { Viewer } from "@/lib/client/key-rights";
import { seesOthersKeys } from "@/lib/client/may-change-key";
import { useMembers } from "@/lib/client/use-members";
import type { KeyStatusFilter } from "@/lib/contracts/api-key-filters";
import { keyStatuses, keyStatusLabels } from "@/lib/contracts/api-keys";
import type { MemberView } from "@/lib/contracts/workspaces";
import { useApiKeyFilters } from "./use-api-key-filters";

const statusOptions: { value: KeyStatusFilter; label: string }[] = [
  { value: "not_revoked", label: "Current" },
  { value: "expiring", label: "Expiring" },
  ...keyStatuses.map((status) => ({ value: status, label: keyStatusLabels[status] })),
  { value: "all", label: "All" },
];

const sortOptions = [
  { value: "-created", label: "Newest" },
  { value: "name", label: "Name" },
  { value: "-last-used", label: "Last used" },
  { value: "expires", label: "Expires" },
];

export function ApiKeyFilters({ workspaceSlug, viewer }: { workspaceSlug: string; viewer: Viewer }) {
  const { status, search, sort, owner, setFilters, filtered, clear } = useApiKeyFilters(viewer);
  return (
    <FilterBar onClear={filtered ? clear : undefined}>
      <FilterSearch label="Search API keys" value={search} onValueChange={(q) => setFilters({ q })} />
      <FilterSelect
        label="Status"
        value={status}
        options={statusOptions}
        onValueChange={(value) => setFilters({ status: value === "not_revoked" ? "" : value })}
      />
      {seesOthersKeys(viewer) && (
        <OwnerFilter
          workspaceSlug={workspaceSlug}
          viewer={viewer}
          owner={owner}
          onOwner={(value) => setFilters({ owner: value })}
        />
      )}
      {/* Stacked rows have no headers to press. */}
      <div className="flex w-full sm:hidden">
        <FilterSelect
          label="Sort"
          value={sort}
          options={sortOptions}
          onValueChange={(value) => setFilters({ sort: value })}
        />
      </div>
    </FilterBar>
  );
}

function OwnerFilter({
  workspaceSlug,
  viewer,
  owner,
  onOwner,
}: {
  workspaceSlug: string;
  viewer: Viewer;
  owner: string;
  onOwner: (owner: string) => void;
}) {
  const { data: members = [] } = useMembers(workspaceSlug);
  return (
    <FilterSelect
      label="Owner"
      value={owner}
      options={ownerOptions(members, viewer, owner)}
      onValueChange={onOwner}
    />
  );
}

/** Also lists an owner from the URL who isn't a member, so that the active filter is visible. */
function ownerOptions(members: MemberView[], viewer: Viewer, owner: string) {
  const others = members.filter((member) => member.userId !== viewer.userId);
  const known = owner === "" || owner === "me" || others.some((member) => member.userId === owner);
  return [
    { value: "", label: "Anyone" },
    { value: "me", label: "Me" },
    ...others.map((member) => ({
      value: member.userId,
      label: member.name,
      hint: member.email ?? "Service",
    })),
    ...(known ? [] : [{ value: owner, label: "Unknown owner" }]),
  ];
}
