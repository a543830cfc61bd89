import { put } from "./put";
import type { Render } from "./recipe-settings";

/** Writes Keyward's address, the service's port and the workspace into an example of the SDK's README. */
export const renderSdk: Render = (text, { keyward, api, workspaceId }) => {
  const asking = put(text, "process.env.KEYWARD_URL", JSON.stringify(keyward[0].origin));
  const listening = asking.replace(/\b8080\b/, String(api.port));
  return workspaceId ? keepTo(listening, JSON.stringify(workspaceId)) : listening;
};

/** Adds workspaceId to the options of the example, or adds options if there are none. */
function keepTo(text: string, workspaceId: string): string {
  const into = text.replace(/(\{)(\s+)(clientIp: )/, `$1$2workspaceId: ${workspaceId},$2$3`);
  if (into !== text) return into;
  return put(text, "key.workspaceId }));", `key.workspaceId }), {\n  workspaceId: ${workspaceId},\n});`);
}
