import { AppError } from "@/lib/contracts/app-error";
import { type SystemActor, systemActor } from "@/lib/server/actor";
import { apiKeyJson } from "@/lib/server/key-api/api-key-json";
import { findListedKeys, type ListedKey } from "@/lib/server/keys/list-api-key-page";
import { db } from "@/lib/server/runtime";

export type KeyOptions = { keyId: string; json?: boolean };

/** The operator, acting in the workspace of a key. @throws AppError `not_found` */
export async function actorFor(keyId: string): Promise<SystemActor> {
  const row = await db().apiKey.findUnique({ where: { id: keyId }, select: { workspaceId: true } });
  if (!row) throw new AppError("not_found", `There is no key ${keyId}.`);
  return systemActor(row.workspaceId, "Operator");
}

/** A key as `--json` prints it. */
export async function listedJson(key: { id: string; workspaceId: string }) {
  const [listed] = await findListedKeys(key.workspaceId, [key.id]);
  return apiKeyJson(listed as ListedKey);
}
