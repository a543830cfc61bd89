import type { Actor } from "../actor";
import type { CreatorType } from "../generated/prisma/client";

/** An actor as it is noted on the keys that it makes or disables. */
export function creatorOf(actor: Actor): { type: CreatorType; id: string } {
  if (actor.type === "member") return { type: "user", id: actor.userId };
  if (actor.type === "key") return { type: "key", id: actor.keyId };
  return { type: "system", id: "system" };
}
