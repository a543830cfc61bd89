import { afterAll, beforeEach, expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeMember, makeWorkspace, nowhere } from "@/tests/factories/factories";
import type { MemberActor } from "../actor";
import type { Workspace } from "../generated/prisma/client";
import { db } from "../runtime";
import { changeApiKey } from "./change-api-key";
import { changeManyKeys } from "./change-many-keys";
import { getApiKey } from "./list-api-keys";
import { replacePermissionCatalog } from "./permission-catalog";
import { rotateApiKey } from "./rotate-api-key";

useRuntime();

const declare = (...names: string[]) =>
  replacePermissionCatalog(
    {
      permissions: names.map((name) => ({
        ...{ name, title: name },
        access: name.endsWith(":read") ? "read" : "write",
      })),
      routes: [],
    },
    nowhere,
  );
const permissions = ["files:read", "files:write"];
let workspace: Workspace;
let admin: MemberActor;
beforeEach(async () => {
  ({ workspace, actor: admin } = await makeWorkspace());
  await declare(...permissions);
});
afterAll(() => declare());

/** A custom key of a member, one of whose permissions the catalog no longer has. */
async function keyWithRemoved(owner: MemberActor): Promise<string> {
  const { key } = await makeKey(owner, { permissionLevel: "custom", permissions });
  await declare("files:read");
  return key.id;
}
const member = async (role: "member" | "viewer") => (await makeMember(workspace, role)).actor;
const transfer = (keyIds: string[], { userId: ownerId }: MemberActor) =>
  changeManyKeys(admin, { action: "transfer", keyIds, ownerId, preview: false }, { mayExtend: true });
const rowOf = (id: string) => db().apiKey.findUniqueOrThrow({ where: { id } });

test("a key with a removed permission is transferred, and gets it back only as far as its roles allow", async () => {
  const id = await keyWithRemoved(await member("member"));
  const [colleague, viewer] = [await member("member"), await member("viewer")];
  expect(await transfer([id], colleague)).toMatchObject({ changed: 1, unchanged: [] });
  expect(await rowOf(id)).toMatchObject({ ownerId: colleague.userId, permissions });
  expect(await transfer([id], viewer), "it can only read at the moment").toMatchObject({ changed: 1 });
  await declare(...permissions);
  expect(await getApiKey(admin, id)).toMatchObject({ role: "viewer", permissions: ["files:read"] });

  const { key } = await makeKey(colleague, { permissionLevel: "custom", permissions });
  expect((await transfer([key.id], viewer)).unchanged).toMatchObject([
    { reason: expect.stringContaining("is a viewer, whose keys can’t do what this key does") },
  ]);
});

test("a key with a removed permission is changed, extended and rotated as before", async () => {
  const id = await keyWithRemoved(admin);
  await changeApiKey(admin, id, { name: "renamed", allowedIps: ["203.0.113.7"], expirationDays: 7 });
  const { key } = await rotateApiKey(admin, id, { overlapSeconds: 0 }, null);
  expect(key.permissions).toEqual(permissions);
  await expect(
    rotateApiKey(admin, key.id, { overlapSeconds: 0, permissionLevel: "custom", permissions }, null),
  ).rejects.toMatchObject({ fields: { permissions: "files:write: not declared." } });
});
