import { hash } from "node:crypto";
import type { Origin } from "../../actor";
import { recordAccountEvent } from "../../audit/record-audit-event";
import { db } from "../../runtime";
import type { CurrentSession } from "../../sessions/session-store";
import { findMemberships, type Viewer } from "../../workspaces/members/find-memberships";
import { drawPicture } from "./draw-picture";

/** @throws AppError `invalid_request` naming `picture`; `unavailable` as in drawPicture. */
export async function setPicture(session: CurrentSession, uploaded: Buffer, origin: Origin): Promise<void> {
  const webp = await drawPicture(uploaded);
  const version = hash("sha256", webp, "hex").slice(0, 16);
  const { userId } = session;
  const user = { id: userId, name: session.userName };
  await db().$transaction(async (transaction) => {
    const picture = { version, webp: Uint8Array.from(webp) };
    await transaction.userPicture.upsert({
      where: { userId },
      create: { userId, ...picture },
      update: picture,
    });
    await recordAccountEvent(transaction, user, "account.picture_changed", origin);
  });
}

export async function removePicture(session: CurrentSession, origin: Origin): Promise<void> {
  const user = { id: session.userId, name: session.userName };
  await db().$transaction(async (transaction) => {
    const { count } = await transaction.userPicture.deleteMany({ where: { userId: user.id } });
    if (count === 0) return;
    await recordAccountEvent(transaction, user, "account.picture_removed", origin);
  });
}

/**
 * A person's picture, for the person and for members of a workspace that they share and this session can open. Null
 * if there is none.
 */
export async function findPicture(
  viewer: Viewer,
  userId: string,
): Promise<{ version: string; webp: Uint8Array<ArrayBuffer> } | null> {
  const select = { version: true, webp: true };
  if (viewer.userId === userId) return db().userPicture.findUnique({ where: { userId }, select });
  const open = (await findMemberships(viewer)).filter(({ closedBy }) => closedBy === null);
  const shared = { members: { some: { workspaceId: { in: open.map(({ workspace }) => workspace.id) } } } };
  return db().userPicture.findFirst({ where: { userId, user: shared }, select });
}
