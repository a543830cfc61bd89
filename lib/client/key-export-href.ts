import type { ApiKeyFilters } from "./queries/api-keys";
import { apiKeysPath } from "./queries/paths";
import { queryString } from "./query-string";

/** A file with the keys that match the filters. */
export function keyExportHref(workspace: string, { status, owner, search, concern }: ApiKeyFilters): string {
  return `${apiKeysPath(workspace)}/export${queryString({ status, owner, search, concern })}`;
}
