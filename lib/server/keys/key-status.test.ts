import { beforeAll, expect, test } from "vitest";
import { keyStatuses } from "@/lib/contracts/api-keys";
import { type AccessRequirements, judge } from "@/lib/engine/judge";
import type { KeyRecord } from "@/lib/engine/keys/key-record";
import { emptyCatalog } from "@/lib/engine/permissions/catalog";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace } from "@/tests/factories/factories";
import type { MemberActor } from "../actor";
import { db } from "../runtime";
import { countKeys } from "./find-api-keys";
import { findKeyStandings, whereStatus } from "./key-status";

useRuntime();

const past = new Date(Date.now() - 60_000);
const demand: AccessRequirements = {
  ...{ writes: false, demands: [], query: null, route: null, custom: "if_demanded" },
  ...{ managesKeys: false, clientIp: null, workspaceId: null },
};
const codes: Record<string, string> = {
  active: "valid",
  disabled: "disabled_key",
  expired: "expired_key",
  revoked: "revoked_key",
};

let workspaceId: string;
let asOwner: MemberActor;
beforeAll(async () => {
  const { workspace, actor } = await makeWorkspace();
  workspaceId = workspace.id;
  asOwner = actor;
  const { user: demoted, actor: ofDemoted } = await makeMember(workspace, "member");
  const { user: suspended, actor: ofSuspended } = await makeMember(workspace, "member");
  for (const actor of [ofDemoted, ofSuspended]) {
    for (let states = 0; states < 8; states += 1) {
      const { key } = await makeKey(actor, { permissionLevel: "read_write" });
      await db().apiKey.update({
        where: { id: key.id },
        data: {
          revokedAt: states & 1 ? past : null,
          disabledAt: states & 2 ? past : null,
          expiresAt: states & 4 ? past : null,
        },
      });
    }
  }
  await db().member.updateMany({ where: { workspaceId, userId: demoted.id }, data: { role: "viewer" } });
  await db().member.updateMany({ where: { workspaceId, userId: suspended.id }, data: { suspendedAt: past } });
});

test.each([true, false])(
  "a key's status, the list of that status, and the decision agree, with API access on: %s",
  async (apiAccess) => {
    await db().workspace.update({ where: { id: workspaceId }, data: { apiAccess } });
    const keys = await db().apiKey.findMany({
      where: { workspaceId },
      include: { owner: { include: { members: true } } },
    });
    const standings = await findKeyStandings(keys);
    for (const { owner, ...key } of keys) {
      const standing = standings.get(key.id);
      const [member] = owner.members;
      const record = {
        ...key,
        role: member?.role,
        ownerSuspended: member?.suspendedAt != null,
        apiAccess,
        catalog: emptyCatalog,
      };
      const verdict = judge(record as unknown as KeyRecord, demand, Date.now());
      const code = verdict.allowed ? "valid" : verdict.code;
      expect(code === "api_access_disabled" ? "disabled_key" : code).toBe(codes[standing?.status ?? ""]);
      expect(standing?.rights?.permissionLevel).toBe(member?.role === "viewer" ? "read_only" : "read_write");
      const listedIn: string[] = [];
      for (const status of keyStatuses) {
        const where = { AND: [{ id: key.id }, whereStatus(workspaceId, status, new Date())] };
        if ((await db().apiKey.count({ where })) === 1) listedIn.push(status);
      }
      expect(listedIn).toEqual([standing?.status]);
      const filtered: string[] = [];
      for (const status of keyStatuses)
        if ((await countKeys(asOwner, { status, search: key.id })).total === 1) filtered.push(status);
      expect(filtered).toEqual([standing?.status]);
    }
    const shown = new Set([...standings.values()].map(({ status }) => status));
    expect(shown.has("active")).toBe(apiAccess);
    expect(new Set([...standings.values()].map(({ statusReason }) => statusReason))).toEqual(
      new Set(apiAccess ? [null, "owner_suspended"] : [null, "owner_suspended", "api_access_off"]),
    );
  },
);
