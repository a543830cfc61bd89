import type { Prisma } from "../generated/prisma/client";

/** The fields that differ, as an audit event records them: `{field: {from, to}}`. */
export function changesBetween<Name extends string>(
  before: Readonly<Record<Name, unknown>>,
  after: Readonly<Record<Name, unknown>>,
  fields: readonly Name[],
): Prisma.InputJsonObject {
  const moved = fields
    .map((field) => [field, { from: told(before[field]), to: told(after[field]) }] as const)
    .filter(([, { from, to }]) => JSON.stringify(from) !== JSON.stringify(to));
  return Object.fromEntries(moved) as Prisma.InputJsonObject;
}

function told(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : (value ?? null);
}
