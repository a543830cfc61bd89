import { addDomain } from "@/lib/server/accounts/single-sign-on/manage-domains";
import type { Stage } from "@/tests/factories/console-people";
import {
  admins,
  type Ids,
  members,
  newDomainName,
  notFoundToAdmins,
  type Row,
  rename,
  workspace,
} from "./row";

export const workspaceRows: Row[] = [
  {
    method: "POST",
    route: "/api/workspaces",
    answers: [401, 201, 201, 201, 201, 201],
    body: () => ({ name: "Another" }),
  },
  { method: "GET", route: workspace, answers: members },
  { method: "PATCH", route: workspace, answers: admins, body: rename },
  { method: "GET", route: `${workspace}/api-access`, answers: admins },
  { method: "PUT", route: `${workspace}/api-access`, answers: admins, body: () => ({ enabled: true }) },
  { method: "PUT", route: `${workspace}/two-step`, answers: admins, body: () => ({ required: false }) },
  { method: "GET", route: `${workspace}/key-policy`, answers: admins },
  { method: "PUT", route: `${workspace}/key-policy`, answers: admins, body: () => ({ policy: null }) },
  {
    method: "POST",
    route: `${workspace}/delete`,
    answers: [401, 404, 403, 403, 403, 400],
    title: "with another workspace's address",
    body: () => ({ slug: "another" }),
  },
  { method: "GET", route: `${workspace}/domains`, answers: admins },
  {
    method: "POST",
    route: `${workspace}/domains`,
    answers: [401, 404, 403, 403, 201, 201],
    body: () => ({ domain: newDomainName() }),
  },
  ...[
    { title: "an unverified one", ids: newDomain, answers: admins },
    { title: "another workspace's", ids: foreignDomain, answers: notFoundToAdmins },
  ].flatMap((target) => [
    {
      ...target,
      method: "PATCH",
      route: `${workspace}/domains/[domainId]`,
      body: () => ({ defaultRole: "viewer" }),
    },
    { ...target, method: "DELETE", route: `${workspace}/domains/[domainId]` },
  ]),
  {
    method: "POST",
    route: `${workspace}/domains/[domainId]/verify`,
    answers: notFoundToAdmins,
    title: "one that does not exist",
    ids: () => ({ domainId: "undefined" }),
  },
];

async function newDomain(from: Stage): Promise<Ids> {
  return { domainId: (await addDomain(from.actors.owner, newDomainName())).id };
}

async function foreignDomain(from: Stage): Promise<Ids> {
  return { domainId: (await addDomain(from.actors.stranger, newDomainName())).id };
}
