import { db } from "../runtime";

/** Whether the operator keeps this person from signing in. */
export async function isAccountDisabled(userId: string): Promise<boolean> {
  return (await db().user.count({ where: { id: userId, disabledAt: { not: null } } })) > 0;
}
