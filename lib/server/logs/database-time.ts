import { runtime } from "../runtime";

/** Now, on the clock of the access log's entries: a browser's may be wrong, and an instance's beside it. */
export async function databaseTime(): Promise<Date> {
  const { rows } = await runtime().pool.query<{ now: Date }>("SELECT clock_timestamp() AS now");
  return (rows[0] as { now: Date }).now;
}
