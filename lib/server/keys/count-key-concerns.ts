import { type KeyConcernCounts, keyConcerns } from "@/lib/contracts/api-key-filters";
import type { MemberActor } from "../actor";
import { Prisma } from "../generated/prisma/client";
import { db, runtime } from "../runtime";
import { visibleKeys } from "./find-api-keys";
import { concernSql } from "./key-concerns";
import { readKeyPolicy } from "./key-policy";

/** How many of the keys that a member can see give reason to act, by reason. */
export async function countKeyConcerns(actor: MemberActor): Promise<KeyConcernCounts> {
  await runtime().engine.accessLog.settled();
  const policy = await readKeyPolicy(db(), actor.workspaceId);
  const columns = keyConcerns.map(
    (concern) =>
      Prisma.sql`count(*) FILTER (WHERE ${concernSql(concern, policy)})::int AS ${Prisma.raw(concern)}`,
  );
  const [counts] = await db().$queryRaw<KeyConcernCounts[]>`
    SELECT ${Prisma.join(columns)} ${visibleKeys(actor, { status: "all" }, policy)}`;
  return counts as KeyConcernCounts;
}
