import { expect, test } from "vitest";
import { isAppError } from "@/lib/contracts/app-error";
import { readDelivery, readDeliveryList } from "@/lib/server/http/delivery-reads";
import {
  readAccessLog,
  readApiKey,
  readApiKeyActivity,
  readApiKeyList,
  readAuditEvents,
  readDomainList,
  readInvitationList,
  readMemberList,
  readQuotas,
  readSubscription,
  readSubscriptionList,
  readUsageRequests,
} from "@/lib/server/http/member-reads";
import { type MemberRead, readAsMember } from "@/lib/server/http/with-member";
import { db } from "@/lib/server/runtime";
import { findSession } from "@/lib/server/sessions/session-store";
import { findMemberActor } from "@/lib/server/workspaces/members/find-memberships";
import { useRuntime } from "@/tests/database/runtime";
import { makeMember, makeSessionCookie, makeWorkspace } from "@/tests/factories/factories";
import { callConsole } from "@/tests/processes/console-routes";

useRuntime();

const params = { keyId: "key_none", subscriptionId: "sub_none", deliveryId: "dlv_none" };
const reads = [
  ["api-keys", readApiKeyList],
  ["api-keys/key_none", readApiKey],
  ["api-keys/key_none/activity", readApiKeyActivity],
  ["access-logs", readAccessLog],
  ["usage/quotas", readQuotas],
  ["usage/requests", readUsageRequests],
  ["event-subscriptions/sub_none/deliveries", readDeliveryList],
  ["event-subscriptions/sub_none/deliveries/dlv_none", readDelivery],
  ["audit-events", readAuditEvents],
  ["event-subscriptions", readSubscriptionList],
  ["event-subscriptions/sub_none", readSubscription],
  ["members", readMemberList],
  ["invitations", readInvitationList],
  ["domains", readDomainList],
] as const;

test("a page reads for a member what the route would answer them, and is refused with the same words", async () => {
  const { workspace, owner } = await makeWorkspace();
  const { user: member } = await makeMember(workspace, "member");
  const outcomes = new Set<string>();
  for (const apiAccess of [true, false]) {
    await db().workspace.update({ where: { id: workspace.id }, data: { apiAccess } });
    for (const person of [owner, member]) {
      const cookie = await makeSessionCookie(person);
      const session = await findSession(cookie.slice(cookie.indexOf("=") + 1), true);
      if (!session) throw new Error("no session");
      const origin = { ip: null, userAgent: null, requestId: null };
      const found = await findMemberActor(workspace.slug, session, origin);
      if (!found) throw new Error("no member");
      for (const [path, given] of reads) {
        const read = given as MemberRead<unknown, unknown>;
        const answer = await callConsole("GET", `/api/workspaces/${workspace.slug}/${path}`, { cookie });
        const code = (answer.json as { error?: { code: string } }).error?.code ?? "answered";
        const onPage = await readAsMember(found, read, {}, params).then(
          () => "answered",
          (error: unknown) => (isAppError(error) ? error.code : String(error)),
        );
        expect(onPage, `${path} ${person.name} ${apiAccess}`).toBe(code);
        outcomes.add(code);
      }
    }
  }
  expect([...outcomes].sort()).toEqual([
    "answered",
    "api_access_disabled",
    "insufficient_permissions",
    "not_found",
  ]);
});
