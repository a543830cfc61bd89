import { z } from "zod";
import {
  isPermissionName,
  permissionAccesses,
  permissionNamesMaximumLength,
  permissionsPerCatalog,
} from "./permission-catalog";

export const permissionName = z
  .string({ error: "Enter a permission name." })
  .refine(
    isPermissionName,
    "Use 1 to 64 of a–z, 0–9, _ . : and -, beginning with a letter or digit. read, write, manage_keys, and, or are reserved.",
  );

/** The permissions of a custom key. Repeated names count once. */
export const permissionNames = z
  .array(permissionName)
  .min(1, "Choose at least one permission.")
  .max(permissionsPerCatalog, `At most ${permissionsPerCatalog} permissions.`)
  .transform((names) => [...new Set(names)].sort())
  .refine(fitsHeader, `Together the names may have at most ${permissionNamesMaximumLength} characters.`);

const text = (maximum: number) =>
  z
    .string()
    .trim()
    .min(1, "Enter some text.")
    .max(maximum, `At most ${maximum} characters.`)
    .regex(/^\P{Cc}*$/u, "Control characters are not allowed.");

const declaredPermission = z.strictObject({
  name: permissionName,
  title: text(100),
  description: text(500).optional(),
  group: text(100).optional(),
  access: z.enum(permissionAccesses, { error: "Choose read or write." }),
});

/** A literal segment, as it appears in a URL. Whatever isn't allowed there must be escaped. */
const literalSegment = /^(?:[A-Za-z0-9\-._~!$&'()+,=:@]|%[0-9A-Fa-f]{2})+$/;
const ambiguousEscape = /%(?:2f|5c|25|00)/i;

const routePath = z.string().max(1000, "At most 1,000 characters.").refine(isRoutePath, {
  error:
    "Begin with /. Each segment is literal text, * for any one segment, or, at the end, ** for any number. Dot segments, empty segments, %2F, %5C, %25 and %00 are not allowed.",
});

function isRoutePath(path: string): boolean {
  if (!path.startsWith("/")) return false;
  const segments = path.slice(1).split("/");
  return segments.every((segment, index) => {
    const isLast = index === segments.length - 1;
    // The empty last segment is a trailing slash.
    if (segment === "") return isLast;
    if (segment === "*") return true;
    if (segment === "**") return isLast;
    return literalSegment.test(segment) && !ambiguousEscape.test(segment) && !isDotSegment(segment);
  });
}

function isDotSegment(segment: string): boolean {
  return /^(?:\.|%2e){1,2}$/i.test(segment);
}

const declaredRoute = z.strictObject({
  method: z
    .string()
    .regex(/^(?:[A-Za-z]{1,16}|\*)$/, "Enter an HTTP method or *.")
    .transform((method) => method.toUpperCase()),
  path: routePath,
  permission: permissionName.nullable(),
});

/** PUT /api/v1/permissions, and the file of `keyward permission set`. Replaces the catalog. */
export const permissionCatalogInput = z
  .strictObject({
    permissions: z
      .array(declaredPermission)
      .max(permissionsPerCatalog, `At most ${permissionsPerCatalog} permissions.`),
    routes: z.array(declaredRoute).max(1000, "At most 1,000 routes.").default([]),
  })
  .superRefine(({ permissions, routes }, context) => {
    const names = new Set<string>();
    permissions.forEach(({ name }, index) => {
      if (names.has(name)) refuse(context, ["permissions", index, "name"], `${name} is declared twice.`);
      names.add(name);
    });
    if (!fitsHeader([...names]))
      refuse(
        context,
        ["permissions"],
        `Together the names may have at most ${permissionNamesMaximumLength} characters.`,
      );
    routes.forEach(({ permission }, index) => {
      if (permission !== null && !names.has(permission))
        refuse(context, ["routes", index, "permission"], `${permission} is not declared.`);
    });
  });

function refuse(context: z.RefinementCtx, path: PropertyKey[], message: string): void {
  context.addIssue({ code: "custom", path, message });
}

function fitsHeader(names: string[]): boolean {
  return names.join(" ").length <= permissionNamesMaximumLength;
}
