import { AppError } from "@/lib/contracts/app-error";
import { runtime } from "../runtime";

/** An export that hasn't renewed its place for so long has ended. */
const staleSeconds = 90;

/** A workspace can run one export at a time, across all instances. @throws AppError `rate_limit_exceeded` */
export async function takePlace(workspaceId: string, id: string): Promise<void> {
  const { rowCount } = await runtime().pool.query(
    `INSERT INTO access_log.exports AS e (workspace_id, id) VALUES ($1, $2)
     ON CONFLICT (workspace_id) DO UPDATE SET id = excluded.id, renewed_at = excluded.renewed_at
     WHERE e.renewed_at < clock_timestamp() - make_interval(secs => $3)`,
    [workspaceId, id, staleSeconds],
  );
  if (rowCount === 0)
    throw new AppError(
      "rate_limit_exceeded",
      "This workspace is already exporting a log. Wait until that export has ended.",
      { retryAfterSeconds: 5 },
    );
}

/** False if another export took over, because this one stood still for too long. */
export async function keepPlace(id: string): Promise<boolean> {
  const { rowCount } = await runtime().pool.query(
    "UPDATE access_log.exports SET renewed_at = clock_timestamp() WHERE id = $1",
    [id],
  );
  return rowCount === 1;
}

export async function releasePlace(id: string): Promise<void> {
  await runtime()
    .pool.query("DELETE FROM access_log.exports WHERE id = $1", [id])
    .catch((error: Error) =>
      runtime().log.warn(
        { error: error.message },
        "releasing an export failed; the workspace can export again in two minutes. See whether the database is reachable",
      ),
    );
}
