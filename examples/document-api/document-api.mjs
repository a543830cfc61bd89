// @ts-check
import { createStore } from "./document-store.mjs";
import { sendError, sendJson } from "./send.mjs";

/**
 * @typedef {{ workspaceId: string, keyId: string }} Key The caller's key. Keyward has already allowed the request.
 * @typedef {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse, key: Key) => unknown} Handler
 * @typedef {{ request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse, parameters: URLSearchParams, id: string,
 *   documents: ReturnType<ReturnType<typeof createStore>["of"]>, key: Key }} Call
 */

/** @type {[string, RegExp, (call: Call) => unknown][]} */
const routes = [
  ["GET", /^\/v1\/files$/, listFiles],
  ["POST", /^\/v1\/files$/, uploadFile],
  ["GET", /^\/v1\/files\/([\w-]+)$/, fetchFile],
  ["DELETE", /^\/v1\/files\/([\w-]+)$/, deleteFile],
  ["GET", /^\/v1\/models$/, listModels],
  ["POST", /^\/v1\/workflow-runs$/, startRun],
  ["GET", /^\/v1\/workflow-runs\/([\w-]+)$/, getRun],
];

/**
 * Files, models and workflow runs, in memory. Each workspace sees its own. Keyward has decided which methods a key may call.
 * @returns {Handler}
 */
export function createDocumentApi() {
  const store = createStore();
  return async (request, response, key) => {
    const [path = "/", query = ""] = (request.url ?? "/").split("?", 2);
    const fitting = routes.filter(([, pattern]) => pattern.test(path));
    const route = fitting.find(([method]) => method === request.method);
    if (fitting.length === 0) return sendError(response, 404, "not_found", "There is nothing here.");
    if (!route) {
      response.setHeader("Allow", fitting.map(([method]) => method).join(", "));
      return sendError(response, 405, "method_not_allowed", "This method is not allowed here.");
    }
    const [, pattern, handle] = route;
    const id = pattern.exec(path)?.[1] ?? "";
    const parameters = new URLSearchParams(query);
    try {
      await handle({ request, response, parameters, id, documents: store.of(key.workspaceId), key });
    } catch {
      // The client disconnected during its upload, so there is no one to answer.
      response.destroy();
    }
  };
}

/** @param {Call} call */
function listFiles({ response, documents }) {
  sendJson(response, 200, { files: [...documents.files.values()].map(({ content, ...about }) => about) });
}

/** @param {Call} call */
async function uploadFile({ request, response, parameters, documents, key }) {
  const name = parameters.get("name")?.trim();
  if (!name || name.length > 100)
    return sendError(
      response,
      400,
      "invalid_request",
      "Give the file a name of 1 to 100 characters: ?name=…",
    );
  const content = await readBody(request, 1024 * 1024);
  if (!content) return sendError(response, 413, "payload_too_large", "A file has at most 1 MiB.");
  const file = documents.addFile(name, content, key.keyId);
  if (!file) return sendError(response, 409, "conflict", "There are too many files. Delete one first.");
  const { content: _, ...about } = file;
  sendJson(response, 201, about);
}

/** @param {Call} call */
function fetchFile({ response, documents, id }) {
  const file = documents.files.get(id);
  if (!file) return sendError(response, 404, "not_found", "There is no such file.");
  response.writeHead(200, {
    "Content-Type": "application/octet-stream",
    "X-Content-Type-Options": "nosniff",
  });
  response.end(file.content);
}

/** @param {Call} call */
function deleteFile({ response, documents, id }) {
  if (!documents.files.delete(id)) return sendError(response, 404, "not_found", "There is no such file.");
  response.writeHead(204).end();
}

/** @param {Call} call */
function listModels({ response, documents }) {
  sendJson(response, 200, { models: documents.models.map(({ id, description }) => ({ id, description })) });
}

/** @param {Call} call */
async function startRun({ request, response, documents, key }) {
  const body = await readBody(request, 1024);
  const { model, file_id } = parseObject(body?.toString() ?? "");
  const run = documents.startRun(String(model), String(file_id), key.keyId);
  if (!run)
    return sendError(
      response,
      400,
      "invalid_request",
      "Send {model, file_id} of a model and a file that are listed.",
    );
  sendJson(response, 201, run);
}

/** @param {Call} call */
function getRun({ response, documents, id }) {
  const run = documents.runs.get(id);
  if (!run) return sendError(response, 404, "not_found", "There is no such workflow run.");
  sendJson(response, 200, run);
}

/**
 * The body, or null if it is too long.
 * @param {import("node:http").IncomingMessage} request
 * @param {number} most
 */
async function readBody(request, most) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    // Read to the end anyway, so that the client is ready for the answer.
    if (length <= most) chunks.push(chunk);
  }
  return length <= most ? Buffer.concat(chunks) : null;
}

/** @param {string} text @returns {Record<string, unknown>} */
function parseObject(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
