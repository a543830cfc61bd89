import type { Answer, useKeyApi } from "../processes/key-api-server";
import { makeKey, makeWorkspace } from "./factories";

/** Creates a managing key in a new workspace, and a function that calls /auth/api-keys with it. */
export async function makeManagingKey(call: ReturnType<typeof useKeyApi>) {
  const made = await makeWorkspace();
  const { key, secret } = await makeKey(made.actor, { canManageKeys: true, name: "rotator" });
  const ask = (method: string, path = "", body?: unknown): Promise<Answer> =>
    call(`/auth/api-keys${path}`, { method, headers: { "x-api-key": secret }, body });
  return { ...made, key, secret, ask };
}
