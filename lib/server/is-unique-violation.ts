/** Whether Prisma refused a write because a unique constraint would break: somebody else was first. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === "P2002";
}
