// @ts-check
import { sendError } from "./send.mjs";

/**
 * Reads the caller's key from the headers that the gateway sets from Keyward's answer. Each must be there exactly once, so a
 * gateway that forgets one, or passes on a client's own, is noticed and every request is refused.
 * @param {import("./document-api.mjs").Handler} handler
 * @returns {import("node:http").RequestListener}
 */
export function withGatewayKey(handler) {
  return (request, response) => {
    const workspaceId = only(request.rawHeaders, "x-keyward-workspace-id");
    const keyId = only(request.rawHeaders, "x-keyward-key-id");
    if (!workspaceId || !keyId)
      return sendError(response, 503, "unavailable", "The gateway did not say whose key this is.");
    return handler(request, response, { workspaceId, keyId });
  };
}

/** @param {string[]} rawHeaders @param {string} name */
function only(rawHeaders, name) {
  const values = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
  return values.length === 1 ? values[0] : undefined;
}
