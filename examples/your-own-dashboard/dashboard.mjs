// @ts-check
import { timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";
import { KeywardError } from "./keyward.mjs";
import { keysPage, problemPage, secretPage, signInPage } from "./pages.mjs";

/**
 * @typedef {import("./accounts.mjs").Session} Session
 * @typedef {{ session: Session, form: URLSearchParams, keyId: string, query: URLSearchParams }} Call
 * @typedef {{ status?: number, page?: string, type?: string, goTo?: string, cookie?: string }} Answer
 */

const style = readFileSync(new URL("style.css", import.meta.url), "utf8");
const longestForm = 16 * 1024;
const securityHeaders = {
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  // With no-referrer, browsers would not say where a form comes from.
  "Referrer-Policy": "same-origin",
  "X-Content-Type-Options": "nosniff",
  // Pages show what only this user may see, and one of them a secret.
  "Cache-Control": "no-store",
};
/** @type {Record<string, string>} */
const notices = {
  revoked: "The key is revoked.",
  canceled: "The rotation is canceled. The old key works as before.",
};

/**
 * Your users' page of API keys.
 * @param {import("./keyward.mjs").Keyward} keyward
 * @param {import("./accounts.mjs").Accounts} accounts
 * @param {string} origin Where people open it.
 * @returns {import("node:http").RequestListener}
 */
export function createDashboard(keyward, accounts, origin) {
  /** @type {[string, RegExp, (call: Call) => Promise<Answer>][]} */
  const routes = [
    ["GET", /^\/$/, listKeys],
    ["POST", /^\/keys$/, createKey],
    ["POST", /^\/keys\/(key_\w+)\/rotate$/, rotateKey],
    ["POST", /^\/keys\/(key_\w+)\/cancel$/, cancelRotation],
    ["POST", /^\/keys\/(key_\w+)\/revoke$/, revokeKey],
  ];

  return async (request, response) => {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const session = accounts.findSession(request);
    const answer = await answerTo(request, session).catch((error) => answerToError(session, error));
    const { status = 200, page, type = "text/html", goTo, cookie } = answer;
    if (cookie) response.setHeader("Set-Cookie", cookie);
    if (goTo) response.writeHead(303, { Location: goTo }).end();
    else response.writeHead(status, { "Content-Type": `${type}; charset=utf-8` }).end(page);
  };

  /** @param {import("node:http").IncomingMessage} request @param {Session | undefined} session @returns {Promise<Answer>} */
  async function answerTo(request, session) {
    const { method, headers, url = "/" } = request;
    const [path = "/", query] = url.split("?", 2);
    if (path === "/style.css") return { page: style, type: "text/css" };
    const isPost = method === "POST";
    const form = isPost ? await readForm(request) : new URLSearchParams();
    // The form token can't protect the sign-in form: there is no session yet.
    if (isPost && headers.origin !== origin)
      return refusal(session, 403, `This form comes from another site. Open ${origin} instead.`);
    if (path === "/sign-in") return isPost ? signIn(form) : { page: signInPage() };
    if (!session) return { goTo: "/sign-in" };
    if (isPost && !isSame(form.get("form_token") ?? "", session.formToken))
      return refusal(session, 403, "This form is from an earlier session. Try again.");
    if (isPost && path === "/sign-out") return { goTo: "/sign-in", cookie: accounts.endSession(request) };
    for (const [forMethod, pattern, handle] of routes) {
      const match = method === forMethod && pattern.exec(path);
      if (match) return handle({ session, form, keyId: match[1] ?? "", query: new URLSearchParams(query) });
    }
    return refusal(session, 404, "There is no such page.");
  }

  /** @param {URLSearchParams} form @returns {Promise<Answer>} */
  async function signIn(form) {
    const user = await accounts.checkPassword(form.get("user") ?? "", form.get("password") ?? "");
    if (!user) return { status: 401, page: signInPage("The user or the password is wrong.") };
    const workspace = pathOf(user);
    // Later calls leave the workspace as it is: an operator may have renamed it or turned its API access off.
    await keyward("GET", workspace).catch((error) => {
      if (error.code !== "not_found") throw error;
      return keyward("PUT", workspace, { name: user.customer.name, api_access: true });
    });
    // The member owns the user's keys, which can never do more than its role allows.
    const member = await keyward("PUT", `${workspace}/members/ext:${encodeURIComponent(user.id)}`, {
      name: user.id,
      role: user.role,
    });
    return { goTo: "/", cookie: accounts.beginSession(user, member.user_id) };
  }

  /** @param {Call} call @returns {Promise<Answer>} */
  async function listKeys({ session, query }) {
    /** @type {import("./keyward.mjs").ApiKey[]} */
    const keys = [];
    let page;
    do {
      const owner = encodeURIComponent(`ext:${session.user.id}`);
      const next = `owner=${owner}&status=all&limit=100&offset=${keys.length}`;
      page = await keyward("GET", `${pathOf(session.user)}/api-keys?${next}`);
      keys.push(...page.keys);
    } while (page.keys.length > 0 && keys.length < page.total);
    const shown = keys.filter((key) => key.status !== "revoked");
    return { page: keysPage(session, shown, notices[query.get("done") ?? ""]) };
  }

  /** @param {Call} call @returns {Promise<Answer>} */
  async function createKey({ session, form }) {
    const { user } = session;
    const key = {
      name: form.get("name"),
      permission_level: form.get("permission_level"),
      expires_in_days: numberIn(form, "expires_in_days"),
      owner: `ext:${user.id}`,
      // Returned with every decision about the key, so that the API knows the plan without asking anyone.
      metadata: { plan: user.customer.plan, created_in: "dashboard" },
    };
    const created = await keyward("POST", `${pathOf(user)}/api-keys`, key, onceOf(session, form));
    return { page: secretPage(session, created) };
  }

  /** @param {Call} call @returns {Promise<Answer>} */
  async function rotateKey({ session, form, keyId }) {
    const { path } = await requireOwn(session, keyId);
    // Null: the old key works until the user finishes the rotation.
    const overlap = { overlap_seconds: numberIn(form, "overlap_seconds") };
    const created = await keyward("POST", `${path}/rotate`, overlap, onceOf(session, form));
    return { page: secretPage(session, created) };
  }

  /** @param {Call} call @returns {Promise<Answer>} */
  async function cancelRotation({ session, form, keyId }) {
    const { path, key } = await requireOwn(session, keyId);
    // Canceling revokes the new key.
    if (key.rotated_to) await requireOwn(session, key.rotated_to);
    await keyward("DELETE", `${path}/rotation${form.has("force") ? "?force=1" : ""}`);
    return { goTo: "/?done=canceled" };
  }

  /** Of the old key of a rotation, this finishes it. @param {Call} call @returns {Promise<Answer>} */
  async function revokeKey({ session, keyId }) {
    const { path } = await requireOwn(session, keyId);
    await keyward("DELETE", path);
    return { goTo: "/?done=revoked" };
  }

  /**
   * The service token opens every key of the customer, so the dashboard must check whose key it is. The answer is the same for
   * someone else's key and for one that doesn't exist.
   * @param {Session} session @param {string} keyId
   * @returns {Promise<{ path: string, key: import("./keyward.mjs").ApiKey }>}
   */
  async function requireOwn(session, keyId) {
    const path = `${pathOf(session.user)}/api-keys/${keyId}`;
    const key = await keyward("GET", path);
    if (!isOwn(session, key)) throw new KeywardError(404, "not_found", "This is another user's key.");
    return { path, key };
  }
}

/** `ext:` means that the id is ours, not Keyward's. @param {import("./accounts.mjs").User} user */
function pathOf({ customer }) {
  return `ext:${encodeURIComponent(customer.id)}`;
}

/** @param {Session} session @param {import("./keyward.mjs").ApiKey} key */
function isOwn({ memberId }, key) {
  return key.owner.user_id === memberId;
}

/** Null if the user chose an empty option. Keyward says what is wrong with anything else. @param {URLSearchParams} form @param {string} name */
function numberIn(form, name) {
  const text = form.get(name) ?? "missing";
  if (text === "") return null;
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** Sending a form again, as reloading the page does, doesn't create a second key. @param {Session} session @param {URLSearchParams} form */
function onceOf({ user }, form) {
  return `${user.id}:${(form.get("once") ?? "").replace(/[^\w-]/g, "").slice(0, 100)}`;
}

/** @param {Session | undefined} session @param {number} status @param {string} reason @returns {Answer} */
function refusal(session, status, reason) {
  return { status, page: problemPage(session, reason) };
}

/** Users read what they can mend. Everything else is for the log. @param {Session | undefined} session @param {unknown} error */
function answerToError(session, error) {
  if (!(error instanceof KeywardError)) console.error(error);
  else if (error.code === "not_found") return refusal(session, 404, "You have no such API key.");
  else if (error.code === "conflict") return refusal(session, 409, error.message);
  else if (error.code === "payload_too_large") return refusal(session, 413, error.message);
  else if (error.code === "invalid_request" && Object.keys(error.fields).length > 0)
    return refusal(session, 400, Object.values(error.fields).join(" "));
  else console.error(`Keyward: ${error.code}: ${error.message}`);
  return refusal(session, 503, "API keys can't be managed at the moment. Try again later.");
}

/** @param {import("node:http").IncomingMessage} request */
async function readForm(request) {
  let text = "";
  // Read to the end anyway, so that the browser is ready for the answer.
  for await (const chunk of request.setEncoding("utf8")) if (text.length <= longestForm) text += chunk;
  if (text.length > longestForm) throw new KeywardError(413, "payload_too_large", "This form is too long.");
  return new URLSearchParams(text);
}

/** @param {string} one @param {string} other */
function isSame(one, other) {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
