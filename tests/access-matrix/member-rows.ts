import type { Role } from "@/lib/contracts/permissions";
import { db } from "@/lib/server/runtime";
import { invite } from "@/lib/server/workspaces/invitations/send-invitation";
import type { Stage } from "@/tests/factories/console-people";
import { makeMember, makeServiceMember, password } from "@/tests/factories/factories";
import {
  admins,
  type Ids,
  members,
  newEmail,
  notFoundToAdmins,
  ownersOnly,
  type Row,
  rename,
  type Statuses,
  workspace,
} from "./row";

const member = `${workspace}/members/[userId]`;

export const memberRows: Row[] = [
  { method: "GET", route: `${workspace}/members`, answers: members },
  {
    method: "POST",
    route: `${workspace}/members`,
    answers: [401, 404, 403, 403, 201, 201],
    title: "a service member",
    body: () => ({ name: "Deploy bot", role: "admin" }),
  },
  {
    method: "PUT",
    route: `${member}/name`,
    answers: admins,
    title: "a service member",
    body: rename,
    ids: (stage) => makeServiceMember(stage.actors.owner),
  },
  {
    method: "PUT",
    route: `${member}/name`,
    answers: notFoundToAdmins,
    title: "another workspace's service member",
    body: rename,
    ids: (stage) => makeServiceMember(stage.actors.stranger),
  },
  ...[
    { title: "a member", ids: (stage: Stage) => newMemberId(stage, "member"), answers: admins },
    { title: "an owner", ids: (stage: Stage) => newMemberId(stage, "owner"), answers: ownersOnly },
    {
      title: "a service member",
      ids: (stage: Stage) => makeServiceMember(stage.actors.owner),
      answers: admins,
    },
    {
      title: "another workspace's",
      ids: (stage: Stage) => ({ userId: stage.users.stranger.id }),
      answers: notFoundToAdmins,
    },
  ].flatMap((target) => [
    { ...target, method: "PATCH", route: member, body: () => ({ role: "viewer" }) },
    { ...target, method: "PUT", route: `${member}/suspension`, body: () => ({ suspended: true }) },
    { ...target, method: "GET", route: `${member}/keys` },
    { ...target, method: "POST", route: `${member}/remove` },
  ]),
  {
    method: "GET",
    route: `${member}/keys`,
    title: "their own",
    answers: members,
    ids: (stage, visitor) => ({ userId: stage.users[visitor === "signed out" ? "member" : visitor].id }),
  },
  { method: "GET", route: `${workspace}/invitations`, answers: admins },
  ...[
    { role: "member", answers: admins },
    { role: "owner", answers: ownersOnly },
  ].flatMap(({ role, answers }) => [
    {
      method: "POST",
      route: `${workspace}/invitations`,
      answers: answers.map((status) => (status === 200 ? 201 : status)) as Statuses,
      title: role,
      body: () => ({ email: newEmail(), role }),
    },
    {
      method: "POST",
      route: `${workspace}/invitations/[invitationId]/resend`,
      answers,
      title: role,
      ids: (stage: Stage) => newInvitation(stage, role as Role),
    },
    {
      method: "DELETE",
      route: `${workspace}/invitations/[invitationId]`,
      answers,
      title: role,
      ids: (stage: Stage) => newInvitation(stage, role as Role),
    },
  ]),
  {
    method: "DELETE",
    route: `${workspace}/invitations/[invitationId]`,
    answers: notFoundToAdmins,
    title: "one that does not exist",
    ids: () => ({ invitationId: "undefined" }),
  },
  ...[
    { method: "POST", route: `${workspace}/invitations/[invitationId]/resend` },
    { method: "DELETE", route: `${workspace}/invitations/[invitationId]` },
  ].map((row) => ({
    ...row,
    answers: notFoundToAdmins,
    title: "another workspace's",
    ids: (stage: Stage) => newInvitation(stage, "viewer", "stranger"),
  })),
  {
    method: "POST",
    route: "/api/invitations/accept",
    answers: [401, 404, 404, 404, 404, 404],
    title: "with an unknown link",
    body: () => ({ token: "unknown" }),
  },
  {
    method: "POST",
    route: "/api/invitations/new-account",
    answers: [404, 404, 404, 404, 404, 404],
    title: "with an unknown link",
    body: () => ({ token: "unknown", name: "New", password }),
  },
];

async function newMemberId(from: Stage, role: Role): Promise<Ids> {
  return { userId: (await makeMember(from.workspace, role)).user.id };
}

async function newInvitation(from: Stage, role: Role, by: "owner" | "stranger" = "owner"): Promise<Ids> {
  const email = newEmail();
  await invite(from.actors[by], { email, role });
  const { id } = await db().invitation.findFirstOrThrow({ where: { email } });
  return { invitationId: id };
}
