import { beforeAll, describe, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeServiceMember, makeWorkspace, password } from "@/tests/factories/factories";
import { checkPassword } from "../../accounts/users/check-password";
import { requestPasswordReset } from "../../accounts/users/reset-password";
import type { MemberActor } from "../../actor";
import { newId } from "../../new-id";
import { runtime } from "../../runtime";
import { createSession } from "../../sessions/session-store";
import { invite } from "../invitations/send-invitation";
import { findKeyOwner } from "./find-key-owner";

useRuntime();

let actor: MemberActor;
let serviceId: string;
beforeAll(async () => {
  ({ actor } = await makeWorkspace());
  serviceId = (await makeServiceMember(actor, "admin")).userId;
});

const refused = "check_violation";

/** The name that PostgreSQL has for what happened to a statement. */
async function outcome(sql: string, values: unknown[] = []): Promise<string> {
  try {
    await runtime().pool.query(sql, values);
    return "done";
  } catch (error) {
    return (error as { code?: string }).code === "23514" ? refused : String(error);
  }
}

describe("S01 S44 the database prevents a service member from signing in:", () => {
  for (const [column, value] of [
    ["email", "bot@example.test"],
    ["password_hash", "$argon2id$"],
    ["email_verified_at", "2026-01-01"],
    ["last_workspace_id", "ws_any"],
  ])
    test(`no ${column}`, async () => {
      expect(await outcome(`UPDATE users SET ${column} = $2 WHERE id = $1`, [serviceId, value])).toBe(
        refused,
      );
    });

  test("it can't become a person or move to another workspace, and a person can't become one", async () => {
    const other = await makeWorkspace();
    const change = "UPDATE users SET service_of = $2, email = $3 WHERE id = $1";
    expect(await outcome(change, [serviceId, null, "bot@example.test"])).toBe(refused);
    expect(await outcome(change, [serviceId, other.workspace.id, null])).toBe(refused);
    expect(await outcome(change, [actor.userId, actor.workspaceId, null])).toBe(refused);
    expect(await outcome("UPDATE users SET email = NULL WHERE id = $1", [actor.userId])).toBe(refused);
  });

  test("it can't join another workspace or own one", async () => {
    const other = await makeWorkspace();
    const add = "INSERT INTO members (workspace_id, user_id, role) VALUES ($1, $2, 'viewer')";
    expect(await outcome(add, [other.workspace.id, serviceId])).toBe(refused);
    expect(await outcome("UPDATE members SET role = 'owner' WHERE user_id = $1", [serviceId])).toBe(refused);
    expect(
      await outcome("UPDATE members SET workspace_id = $2 WHERE user_id = $1", [
        serviceId,
        other.workspace.id,
      ]),
    ).toBe(refused);
  });

  test("it can't have sessions, identities, second factors, devices, or mailed links", async () => {
    await expect(createSession(serviceId, actor.origin, null)).rejects.toThrow("a service member has no row");
    const { rows: holders } = await runtime().pool.query<{ holder: string; columns: string[] }>(`
      SELECT table_name AS holder, array_agg(column_name) AS columns FROM information_schema.columns
      WHERE table_schema = current_schema() AND table_name <> 'members'
      GROUP BY table_name HAVING 'user_id' = ANY(array_agg(column_name::text)) ORDER BY table_name`);
    expect(holders.map(({ holder }) => holder)).toEqual(
      expect.arrayContaining([
        "accounts",
        "devices",
        "mailed_links",
        "recovery_codes",
        "sessions",
        "totp_factors",
      ]),
    );
    // A row trigger comes before any other constraint: the user alone is reason enough.
    for (const { holder } of holders)
      expect(await outcome(`INSERT INTO ${holder} (user_id) VALUES ($1)`, [serviceId]), holder).toBe(refused);
  });

  test("a person's session can't be moved to it", async () => {
    await createSession(actor.userId, actor.origin, null);
    const move = "UPDATE sessions SET user_id = $1 WHERE user_id = $2";
    expect(await outcome(move, [serviceId, actor.userId])).toBe(refused);
  });
});

describe("a service member", () => {
  test("S01 can't be found by email", async () => {
    for (const text of ["", "null", "Deploy bot", serviceId])
      await expect(checkPassword(text, password, actor.origin)).rejects.toMatchObject({
        code: "incorrect_credentials",
      });
  });

  test("S02 gets no mail, neither a password reset nor an invitation", async () => {
    const mails = async () =>
      (await runtime().pool.query<{ count: number }>("SELECT count(*) AS count FROM mail.outbox")).rows[0]
        ?.count;
    const before = await mails();
    await requestPasswordReset("deploy.bot@example.test", actor.origin);
    expect(await mails()).toBe(before);
    await expect(invite(actor, { email: "Deploy bot", role: "viewer" })).rejects.toThrow(
      "not one mail address",
    );
    expect(await mails()).toBe(before);
  });

  test("is never the default owner of a key from the command line", async () => {
    const { userId } = await findKeyOwner(actor.workspaceId, null, {
      permissionLevel: "read_write",
      canManageKeys: true,
    });
    expect(userId).toBe(actor.userId);
  });

  test("needs a workspace in the database", async () => {
    const add = "INSERT INTO users (id, name, updated_at) VALUES ($1, 'No address', now())";
    expect(await outcome(add, [newId("usr")])).toBe(refused);
  });
});
