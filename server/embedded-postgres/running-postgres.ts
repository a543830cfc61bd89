import { existsSync } from "node:fs";
import path from "node:path";
import { embeddedUrl } from "./postgres-cluster";
import { hasLivePostmaster, readPostmaster } from "./postmaster-file";

/** Finds the server that runs on a data folder, or says why there is none. Starts and changes nothing. */
export function findRunningPostgres(dataDir: string): { url: string } | { reason: string } {
  const folder = path.join(dataDir, "postgres");
  if (!existsSync(folder))
    return { reason: `There is no database in ${dataDir} yet. The first start makes it` };
  const postmaster = readPostmaster(folder);
  if (!postmaster || !hasLivePostmaster(folder))
    return { reason: `The embedded PostgreSQL in ${folder} isn't running. It runs while the server does` };
  return { url: embeddedUrl({ dataDir, folder, logFile: `${folder}.log` }, postmaster.port) };
}
