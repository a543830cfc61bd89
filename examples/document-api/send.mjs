// @ts-check
/** @param {import("node:http").ServerResponse} response @param {number} status @param {unknown} body */
export function sendJson(response, status, body) {
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}

/**
 * Errors have the shape of Keyward's own, so that clients handle one kind.
 * @param {import("node:http").ServerResponse} response
 * @param {number} status
 * @param {string} code
 * @param {string} message
 */
export function sendError(response, status, code, message) {
  sendJson(response, status, { error: { code, message } });
}
