"use client";

import { useQuery } from "@tanstack/react-query";
import { FilterInput, FilterPick } from "@/components/filters/filter-input";
import { memberListQuery } from "@/lib/client/queries/workspace";
import { decisionSources } from "@/lib/contracts/access-logs";
import { choiceText } from "@/lib/contracts/choice";
import { sourceLabels } from "./entry-words";
import { singleValue } from "./single-value";
import type { useAccessLogFilters } from "./use-access-log-filters";

const any = { value: "", label: "Any" };
const sourceOptions = [any, ...decisionSources.map((value) => ({ value, label: sourceLabels[value] }))];
const methodOptions = [
  any,
  ...["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].map((value) => ({ value, label: value })),
];

/** The filters that are needed now and then. */
export function MoreFilterFields({
  workspaceSlug,
  readsAll,
  filters,
  setFilters,
  wrong,
}: Pick<ReturnType<typeof useAccessLogFilters>, "filters" | "setFilters"> & {
  workspaceSlug: string;
  /** Whether the viewer reads the entries of others' keys. */
  readsAll: boolean;
  wrong: Record<string, string>;
}) {
  const members = useQuery({ ...memberListQuery(workspaceSlug), enabled: readsAll });
  const owners = members.data?.members.map(({ userId, name }) => ({ value: userId, label: name })) ?? [];
  const only = (value: string) => choiceText({ is: value ? [value] : [], not: [] });
  const text = (
    name: "environment" | "path" | "route" | "client",
    label: string,
    placeholder: string,
    mono = true,
  ) => (
    <FilterInput
      label={label}
      mono={mono}
      placeholder={placeholder}
      value={singleValue(filters[name])}
      error={wrong[name]}
      onValueChange={(value) => setFilters({ [name]: only(value) })}
    />
  );

  return (
    <>
      {readsAll && (
        <FilterPick
          label="Owner"
          value={owners.some(({ value }) => value === filters.owner) ? filters.owner : ""}
          options={[any, ...owners]}
          onValueChange={(owner) => setFilters({ owner })}
        />
      )}
      {text("environment", "Environment", "production", false)}
      <FilterPick
        label="Source"
        value={sourceOptions.some(({ value }) => value === filters.source) ? filters.source : ""}
        options={sourceOptions}
        onValueChange={(source) => setFilters({ source })}
      />
      <FilterPick
        label="Method"
        value={methodOptions.some(({ value }) => value === filters.method) ? filters.method : ""}
        options={methodOptions}
        onValueChange={(method) => setFilters({ method })}
      />
      {text("path", "Path begins with", "/v1/files")}
      {text("route", "Route", "/v1/files/:id")}
      {text("client", "Client", "curl", false)}
    </>
  );
}
