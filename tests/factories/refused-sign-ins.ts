import { runtime } from "@/lib/server/runtime";

export type RefusedSignIns = { userId: string | null; codes: string[]; attempts: number };

/** The counted refused sign-ins, ordered by their latest attempt. */
export async function refusedSignIns(): Promise<RefusedSignIns[]> {
  const { rows } = await runtime().pool.query<RefusedSignIns>(
    `SELECT nullif(user_id, '') AS "userId", codes, attempts::int FROM access_log.refused_sign_ins ORDER BY last_at`,
  );
  return rows;
}

export async function refusedSignInsOf(userId: string): Promise<Omit<RefusedSignIns, "userId">[]> {
  const rows = await refusedSignIns();
  return rows.filter((row) => row.userId === userId).map(({ codes, attempts }) => ({ codes, attempts }));
}
