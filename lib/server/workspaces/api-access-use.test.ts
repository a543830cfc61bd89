import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { useKeyApi } from "@/tests/processes/key-api-server";
import { revokeApiKey } from "../keys/revoke-api-key";
import { runtime } from "../runtime";
import { findApiAccessUse } from "./api-access-use";

useRuntime({}, { jobs: false });
const call = useKeyApi();

test("counts active keys, and their callers of the last hour whatever routes they call", async () => {
  const { actor } = await makeWorkspace();
  const stranger = await makeKey((await makeWorkspace()).actor);
  const [one, two, revoked] = [await makeKey(actor), await makeKey(actor), await makeKey(actor)];
  const limited = await makeKey(actor, { allowedIps: ["203.0.113.7"] });
  const use = (secret: string, client: string, path = "/me") =>
    call(`/api/public/v1${path}`, { headers: { "x-api-key": secret, "user-agent": client } });
  for (const { secret } of [one, two, stranger]) {
    await use(secret, "curl/8.1");
    await use(secret, "curl/8.2", "/access-logs");
  }
  await use(two.secret, "python-requests/2");
  await use(revoked.secret, "wget/1");
  await use(limited.secret, "denied/1");
  await revokeApiKey(actor, revoked.key.id);
  expect(await findApiAccessUse(actor)).toEqual({ activeKeys: 3, callersInLastHour: 2 });

  await runtime().pool.query(
    "UPDATE access_log.callers SET last_at = last_at - interval '61 minutes' WHERE key_id = $1 AND client <> 'curl'",
    [two.key.id],
  );
  expect(await findApiAccessUse(actor)).toEqual({ activeKeys: 3, callersInLastHour: 1 });
});
