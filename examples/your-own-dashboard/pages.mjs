// @ts-check
import { randomUUID } from "node:crypto";

/** HTML that is safe to put into other HTML as it is. */
class Html {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/** Escapes every value, save other `html`. @param {TemplateStringsArray} parts @param {unknown[]} values */
function html(parts, ...values) {
  return new Html(parts.reduce((text, part, at) => `${text}${textOf(values[at - 1])}${part}`));
}

/** @param {unknown} value @returns {string} */
function textOf(value) {
  if (value === undefined || value === null || value === false) return "";
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(textOf).join("");
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/**
 * @typedef {import("./accounts.mjs").Session} Session
 * @typedef {import("./keyward.mjs").ApiKey} ApiKey
 */

/** @param {string} title @param {Html} content @param {Session} [session] */
function page(title, content, session) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Acme Files</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header>
          <a href="/">Acme Files</a>
          ${session && html`<form method="post" action="/sign-out">${token(session)}${session.user.id} <button>Sign out</button></form>`}
        </header>
        <main><h1>${title}</h1>${content}</main>
      </body>
    </html>`.text;
}

/** @param {Session} session */
const token = ({ formToken }) => html`<input type="hidden" name="form_token" value="${formToken}" />`;
/** One id for each form: sent twice, it still creates one key. */
const once = () => html`<input type="hidden" name="once" value="${randomUUID()}" />`;
/** @param {string | null} time */
const when = (time) => (time === null ? "Never" : `${time.slice(0, 16).replace("T", " ")} UTC`);

/** @param {string} [problem] */
export const signInPage = (problem) =>
  page(
    "Sign in",
    html`${problem && html`<p role="alert">${problem}</p>`}
      <form method="post" action="/sign-in" class="stack">
        <label>User <input name="user" required autocomplete="username" /></label>
        <label>Password <input name="password" type="password" required autocomplete="current-password" /></label>
        <button>Sign in</button>
      </form>`,
  );

/** @param {Session | undefined} session @param {string} problem */
export const problemPage = (session, problem) =>
  page(
    "This didn't work",
    html`<p role="alert">${problem}</p><p><a href="/">Back to your API keys</a></p>`,
    session,
  );

/** The only page with a secret. @param {Session} session @param {import("./keyward.mjs").NewApiKey} key */
export const secretPage = (session, key) =>
  page(
    `Copy the key ${key.name}`,
    html`<p>You can't see it again after you leave this page.</p>
      <p><code>${key.key}</code></p>
      ${key.previous_expires_at !== undefined && html`<p>The old key works until ${key.previous_expires_at ? when(key.previous_expires_at) : "you finish the rotation"}.</p>`}
      <p><a href="/">I copied it</a></p>`,
    session,
  );

/** @param {Session} session @param {ApiKey[]} keys @param {string} [done] */
export const keysPage = (session, keys, done) =>
  page(
    "API keys",
    html`${done && html`<p role="status">${done}</p>`}
      ${keys.length === 0 ? html`<p>You have no API keys yet.</p>` : keyTable(session, keys)}
      <h2>Create a key</h2>
      <form method="post" action="/keys" class="stack">
        ${token(session)}${once()}
        <label>Name <input name="name" required maxlength="100" /></label>
        <label>Permission
          <select name="permission_level">
            <option value="read_only">Read</option>
            <option value="read_write">Read and write</option>
          </select>
        </label>
        <label>Expires
          <select name="expires_in_days">
            <option value="30">in 30 days</option>
            <option value="90" selected>in 90 days</option>
            <option value="365">in a year</option>
            <option value="">never</option>
          </select>
        </label>
        <button>Create key</button>
      </form>`,
    session,
  );

/** @param {Session} session @param {ApiKey[]} keys */
const keyTable = (session, keys) => html`<table>
  <thead><tr><th>Name</th><th>Key</th><th>Permission</th><th>Status</th><th>Last used</th><th>Expires</th><td></td></tr></thead>
  <tbody>
    ${keys.map((key) => {
      const successor = keys.find(({ key_id }) => key_id === key.rotated_to);
      return html`<tr>
        <td>${key.name}</td>
        <td><code>${key.key_prefix}…${key.key_suffix}</code></td>
        <td>${{ read_only: "Read", read_write: "Read and write" }[key.permission_level] ?? key.permission_level}</td>
        <td>${successor && key.status === "active" ? "being replaced" : key.status}</td>
        <td>${when(key.last_used_at)}</td>
        <td>${when(key.expires_at)}</td>
        <td>${successor ? rotationForms(session, key, successor) : keyForms(session, key)}</td>
      </tr>`;
    })}
  </tbody>
</table>`;

/** @param {Session} session @param {ApiKey} key */
const keyForms = (session, { key_id, status }) => html`
  ${
    status === "active" &&
    html`<form method="post" action="/keys/${key_id}/rotate">
      ${token(session)}${once()}
      <select name="overlap_seconds" aria-label="How long the old key keeps working">
        <option value="3600">old key works for an hour</option>
        <option value="86400" selected>old key works for a day</option>
        <option value="">old key works until I finish</option>
      </select>
      <button>Rotate</button>
    </form>`
  }
  <details>
    <summary>Revoke</summary>
    <p>Programs that use this key stop working. You can't undo this.</p>
    <form method="post" action="/keys/${key_id}/revoke">${token(session)}<button>Revoke the key</button></form>
  </details>`;

/** To finish a rotation is to revoke the old key. @param {Session} session @param {ApiKey} key @param {ApiKey} successor */
const rotationForms = (session, { key_id }, { last_used_at }) => html`
  <p>New key last used: ${when(last_used_at)}</p>
  <form method="post" action="/keys/${key_id}/revoke">${token(session)}<button>Finish</button></form>
  <form method="post" action="/keys/${key_id}/cancel">
    ${token(session)}
    ${last_used_at && html`<label><input type="checkbox" name="force" required /> stop the new key, which is in use</label>`}
    <button>Cancel rotation</button>
  </form>`;
