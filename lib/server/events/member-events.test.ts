import { beforeEach, expect, test } from "vitest";
import { type RecordedEvent, subscribeTo, takeEvents } from "@/tests/database/recorded-events";
import { useRuntime } from "@/tests/database/runtime";
import {
  makeMember,
  makeServiceMember,
  makeSessionCookie,
  makeWorkspace,
  nowhere,
} from "@/tests/factories/factories";
import { joinBySingleSignOn } from "../accounts/single-sign-on/join-by-single-sign-on";
import { deleteAccount } from "../accounts/users/delete-account";
import { serviceActor } from "../actor";
import { newId } from "../new-id";
import { db } from "../runtime";
import { findSession } from "../sessions/session-store";
import { joinWorkspace } from "../workspaces/invitations/accept-invitation";
import { invite } from "../workspaces/invitations/send-invitation";
import { putServiceMember, removeServiceMember } from "../workspaces/members/operate-service-members";
import { removeMember } from "../workspaces/members/remove-member";

useRuntime({}, { jobs: false });

let made: Awaited<ReturnType<typeof makeWorkspace>>;
beforeEach(async () => {
  made = await makeWorkspace();
  await subscribeTo(made.actor);
});

async function toldBy(change: () => Promise<unknown>): Promise<RecordedEvent[]> {
  await takeEvents(made.workspace.id);
  await change();
  return takeEvents(made.workspace.id);
}

const noKeys = { transfers: [], revocations: [] };

/** The only event of a membership. */
function memberEvent(
  type: "member.added" | "member.removed",
  member: { id: string; name: string; role: string },
  actor: { type: string; id: string },
) {
  const data = { member, actor: expect.objectContaining(actor), details: expect.any(Object) };
  return [{ type, keyId: null, environment: null, data }];
}

test("a person who accepts an invitation is added, with the role that they got", async () => {
  const { user } = await makeMember((await makeWorkspace()).workspace, "member");
  expect(await toldBy(() => invite(made.actor, { email: user.email, role: "viewer" })), "invited").toEqual(
    [],
  );
  const invitation = await db().invitation.findFirstOrThrow({ where: { workspaceId: made.workspace.id } });
  const accept = () =>
    db().$transaction((transaction) => joinWorkspace(transaction, invitation, user, nowhere));
  const { id, name } = user;
  expect(await toldBy(accept)).toEqual(
    memberEvent("member.added", { id, name, role: "viewer" }, { type: "user", id }),
  );
});

test("a person who signs in by single sign-on is added once", async () => {
  const { user } = await makeMember((await makeWorkspace()).workspace, "member");
  const { id: workspaceId } = made.workspace;
  const proven = { domain: "acme.example", provenDomain: "acme.example", requireSso: true, token: "t" };
  await db().workspaceDomain.create({
    data: { id: newId("dom"), workspaceId, ...proven, defaultRole: "viewer" },
  });
  const identity = {
    ...({ provider: "oidc", issuer: "https://id.example", subject: "42", label: "ada", name: null } as const),
    ...{ email: "ada@acme.example", emailVerified: true, authenticatedAt: null },
  };
  const join = () =>
    db().$transaction((transaction) => joinBySingleSignOn(transaction, user, identity, nowhere));
  const { id, name } = user;
  expect(await toldBy(join)).toEqual(
    memberEvent("member.added", { id, name, role: "viewer" }, { type: "user", id }),
  );
  expect(await toldBy(join)).toEqual([]);
});

test("service members are added and removed by members and by services", async () => {
  const by = { type: "user", id: made.owner.id };
  let id = "";
  const added = await toldBy(async () => {
    id = (await makeServiceMember(made.actor, "admin")).userId;
  });
  const bot = { id, name: "Deploy bot", role: "admin" };
  expect(added).toEqual(memberEvent("member.added", bot, by));
  expect(await toldBy(() => removeMember(made.actor, id, noKeys))).toEqual(
    memberEvent("member.removed", bot, by),
  );

  const service = serviceActor(made.workspace.id, "billing", "r-1");
  const named = { externalId: "customer-7" };
  const put = (name: string) => () => putServiceMember(service, named, { name, email: null, role: "member" });
  const addedByService = await toldBy(put("Bo"));
  const { userId } = await db().member.findFirstOrThrow({ where: named });
  const member = { id: userId, name: "Bo", role: "member" };
  expect(addedByService).toEqual(memberEvent("member.added", member, { type: "service", id: "billing" }));
  expect(await toldBy(put("Bob")), "renamed").toEqual([]);
  expect(await toldBy(() => removeServiceMember(service, named, null))).toEqual(
    memberEvent("member.removed", { ...member, name: "Bob" }, { type: "service", id: "billing" }),
  );
});

test("a member who is removed, who leaves, or who deletes the account is told of once", async () => {
  const join = () => makeMember(made.workspace, "admin");
  const [removed, leaving, deleting] = [await join(), await join(), await join()];
  const facts = ({ user: { id, name } }: typeof removed) => ({ id, name, role: "admin" });

  expect(await toldBy(() => removeMember(made.actor, removed.user.id, noKeys))).toEqual(
    memberEvent("member.removed", facts(removed), { type: "user", id: made.owner.id }),
  );
  expect(await toldBy(() => removeMember(leaving.actor, leaving.user.id, noKeys))).toEqual(
    memberEvent("member.removed", facts(leaving), { type: "user", id: leaving.user.id }),
  );
  const session = await findSession((await makeSessionCookie(deleting.user)).split("=")[1] ?? "", true);
  if (!session) throw new Error("no session");
  const { email } = deleting.user;
  expect(
    await toldBy(() => deleteAccount(session, { email, deletedWorkspaces: [], ...noKeys }, nowhere)),
  ).toEqual(memberEvent("member.removed", facts(deleting), { type: "user", id: deleting.user.id }));
});
