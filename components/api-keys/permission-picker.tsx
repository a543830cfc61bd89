"use client";

import { useId, useState } from "react";
import { Checkbox } from "@/components/ui/checkbox";
import { FieldError } from "@/components/ui/field";
import { TextInput } from "@/components/ui/text-input";
import type { DeclaredPermission } from "@/lib/contracts/permission-catalog";
import { groupOf } from "./permission-words";

/** The search field helps from this many permissions on. */
const searchedFrom = 6;

/** Chooses some of the declared permissions, in their groups. What is chosen stays chosen while a search hides it. */
export function PermissionPicker({
  declared,
  chosen,
  onChange,
  error,
}: {
  declared: readonly DeclaredPermission[];
  chosen: readonly string[];
  onChange: (names: string[]) => void;
  error: string | undefined;
}) {
  const id = useId();
  const [search, setSearch] = useState("");
  const found = declared.filter((permission) => matches(permission, search));
  const groups = new Map<string, DeclaredPermission[]>();
  for (const permission of found)
    groups.set(groupOf(permission), [...(groups.get(groupOf(permission)) ?? []), permission]);

  function toggle(name: string, isChosen: boolean) {
    onChange(isChosen ? [...chosen, name] : chosen.filter((one) => one !== name));
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't be a grid in every browser.
    <div
      role="group"
      aria-label="Permissions"
      aria-describedby={error ? `${id}-error` : undefined}
      className="grid gap-2"
    >
      <div className="flex items-center justify-between gap-3">
        <span className="text-muted text-sm">
          {chosen.length} of {declared.length} chosen
        </span>
        {chosen.length > 0 && (
          <button
            type="button"
            onClick={() => onChange([])}
            className="rounded-control text-muted text-sm underline-offset-4 hover:text-text hover:underline"
          >
            Clear
          </button>
        )}
      </div>
      {declared.length >= searchedFrom && (
        <TextInput
          type="search"
          aria-label="Search permissions"
          placeholder="Search permissions"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          // Enter would create the key.
          onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}
          autoComplete="off"
        />
      )}
      <ul
        aria-label="Permissions"
        className="grid gap-4 overscroll-contain sm:max-h-64 sm:overflow-y-auto rounded-control border border-line p-3"
      >
        {[...groups].map(([group, permissions]) => (
          <li key={group} className="grid gap-2">
            <span className="font-medium text-muted text-sm">{group}</span>
            <ul aria-label={group} className="grid gap-2">
              {permissions.map((permission) => (
                <li key={permission.name}>
                  <Checkbox
                    label={permission.title}
                    hint={<Hint permission={permission} />}
                    checked={chosen.includes(permission.name)}
                    onChange={(event) => toggle(permission.name, event.target.checked)}
                  />
                </li>
              ))}
            </ul>
          </li>
        ))}
        {found.length === 0 && <li className="text-muted">No permission matches “{search.trim()}”.</li>}
      </ul>
      {error && <FieldError id={`${id}-error`}>{error}</FieldError>}
    </div>
  );
}

function Hint({ permission: { name, description, access } }: { permission: DeclaredPermission }) {
  return (
    <>
      <span className="break-all font-mono">{name}</span>
      {access === "write" && " · can change things"}
      {description && <span className="block">{description}</span>}
    </>
  );
}

function matches({ name, title, description = "", group = "" }: DeclaredPermission, search: string): boolean {
  const text = `${name}\n${title}\n${description}\n${group}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
