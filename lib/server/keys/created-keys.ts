import type { CreatedKeys } from "@/lib/contracts/leaks";
import type { MemberActor } from "../actor";
import { db } from "../runtime";
import { findCreatedKeys } from "./find-created-keys";
import { requireVisibleKey } from "./key-access";
import { getApiKeys } from "./list-api-keys";

const mostListed = 100;

/** @throws AppError `not_found` */
export async function listCreatedKeys(actor: MemberActor, keyId: string): Promise<CreatedKeys> {
  await requireVisibleKey(db(), actor, keyId);
  const ids = await findCreatedKeys(db(), actor, keyId);
  const keys = await getApiKeys(
    actor,
    ids.slice(0, mostListed).map(({ id }) => id),
  );
  return {
    keys,
    total: ids.length,
    live: ids.filter(({ revoked }) => !revoked).length,
    undecided: ids.filter(({ undecided }) => undecided).length,
  };
}
