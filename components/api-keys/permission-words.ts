import type { PermissionLevel } from "@/lib/contracts/api-keys";
import type { DeclaredPermission } from "@/lib/contracts/permission-catalog";

/** The permissions that a key of this level has. */
export function permissionsOfLevel(
  level: PermissionLevel,
  chosen: readonly string[],
  declared: readonly DeclaredPermission[],
): DeclaredPermission[] {
  if (level === "read_write") return [...declared];
  if (level === "read_only") return declared.filter(({ access }) => access === "read");
  return declared.filter(({ name }) => chosen.includes(name));
}

/** What a key can do in a sentence or two, such as "Can read files. Can change runs." */
export function permissionSentence(granted: readonly DeclaredPermission[]): string {
  const changed = subjectsOf(granted.filter(({ access }) => access === "write"));
  const read = subjectsOf(granted.filter(({ access }) => access === "read")).filter(
    (subject) => !changed.includes(subject),
  );
  if (changed.length === 0 && read.length === 0) return "Can’t do anything yet.";
  const reading = read.length > 0 ? [`Can read ${list(read)}.`] : [];
  const changing = changed.length > 0 ? `Can change ${list(changed)}.` : "Can’t change anything.";
  return [...reading, changing].join(" ");
}

/** The groups that the operator declared, or the first part of a name: `files` of `files:read`. */
function subjectsOf(permissions: readonly DeclaredPermission[]): string[] {
  return [...new Set(permissions.map(({ group, name }) => subjectOf(group ?? firstPart(name))))];
}

export function groupOf({ group, name }: DeclaredPermission): string {
  return group ?? capitalized(firstPart(name));
}

function firstPart(name: string): string {
  return name.split(/[:.]/, 1)[0] as string;
}

/** In lower case within a sentence, except for abbreviations. */
function subjectOf(group: string): string {
  return /^.\p{Lu}/u.test(group) ? group : group.charAt(0).toLowerCase() + group.slice(1);
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const most = 5;

function list(subjects: string[]): string {
  const shown = subjects.slice(0, most);
  const more = subjects.length - shown.length;
  return new Intl.ListFormat("en").format(more > 0 ? [...shown, `${more} more`] : shown);
}
