import { AppError } from "@/lib/contracts/app-error";
import { type ImportOwner, importKeys } from "../keys/import-keys";
import { jsonRecords } from "../keys/import-records";
import { findImportOwner } from "../workspaces/members/find-key-owner";
import type { ServiceRouteHandler } from "./service-request";
import { requireServiceWorkspace } from "./service-workspace";

const maximumBytes = 64 * 1024 * 1024;
/** A line has a name, addresses, permissions and metadata of 4 KiB each at most. */
const maximumLineLength = 32 * 1024;

/** POST /api/v1/workspaces/{workspace}/api-keys/import: imports lines while they arrive. */
export const importWorkspaceApiKeys: ServiceRouteHandler<"importWorkspaceApiKeys"> = async (incoming) => {
  const { workspace, actor } = await requireServiceWorkspace(incoming);
  const owners = new Map<string, ImportOwner | null>();
  const { imported, skipped, skippedTotal } = await importKeys(
    actor,
    jsonRecords(linesOf(incoming.request)),
    {
      dryRun: incoming.query.dry_run === "1",
      mayAddFormats: incoming.token.workspaceId === null,
      mayLackPrefix: false,
      findOwner: async (line) => {
        const who = JSON.stringify([line.owner, line.owner_email]);
        if (!owners.has(who)) owners.set(who, await findImportOwner(workspace.id, line));
        return owners.get(who) ?? null;
      },
    },
  );
  return { imported, skipped, skipped_total: skippedTotal };
};

/** @throws AppError `payload_too_large` */
async function* linesOf(request: Request): AsyncIterable<string> {
  if (!request.body) return;
  const decoder = new TextDecoder();
  let size = 0;
  let rest = "";
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maximumBytes) throw new AppError("payload_too_large", "An import may have 64 MiB.");
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() as string;
    if (rest.length > maximumLineLength) throw new AppError("payload_too_large", "A line is too long.");
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}
