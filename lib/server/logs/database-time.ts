import { runtime } from "../runtime";

/**
 * The current time by the database's clock, which also stamps log entries. The clocks of browsers and instances may
 * be wrong.
 */
export async function databaseTime(): Promise<Date> {
  const { rows } = await runtime().pool.query<{ now: Date }>("SELECT clock_timestamp() AS now");
  return (rows[0] as { now: Date }).now;
}
