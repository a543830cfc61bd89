// @ts-check
/** An answer of Keyward that isn't a success, or no answer at all. */
export class KeywardError extends Error {
  /** @param {number} status @param {string} code @param {string} message @param {Record<string, string>} [fields] */
  constructor(status, code, message, fields = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = fields;
  }
}

/**
 * @typedef {{ key_id: string, name: string, key_prefix: string, key_suffix: string, permission_level: string, status: string,
 *   expires_at: string | null, last_used_at: string | null, rotated_to?: string, owner: { user_id: string } }} ApiKey
 * @typedef {ApiKey & { key: string, previous_expires_at?: string | null }} NewApiKey Has the secret, which is returned only once.
 * @typedef {ReturnType<typeof connectKeyward>} Keyward
 */

/**
 * Calls Keyward's API for backends, `/api/v1/workspaces`.
 * @param {string} url Where Keyward answers.
 * @param {string} serviceToken It can do everything to every key: keep it out of pages and logs.
 */
export function connectKeyward(url, serviceToken) {
  /**
   * @param {string} method @param {string} path @param {unknown} [body]
   * @param {string} [idempotencyKey] Creates one key, even if the request is sent again.
   */
  return async function call(method, path, body, idempotencyKey) {
    const response = await fetch(`${url.replace(/\/$/, "")}/api/v1/workspaces/${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${serviceToken}`,
        "Content-Type": "application/json",
        ...(idempotencyKey && { "Idempotency-Key": idempotencyKey }),
      },
      body: JSON.stringify(body),
      redirect: "error",
      // A revocation is answered when no server accepts the key any more, which can take a few seconds.
      signal: AbortSignal.timeout(15_000),
    }).catch((error) => {
      throw new KeywardError(
        503,
        "unavailable",
        `Keyward doesn't answer: ${error.cause?.code ?? error.name}.`,
      );
    });
    const answer = await response.json().catch(() => null);
    if (response.ok && answer) return answer;
    const {
      code = "unavailable",
      message = `Keyward answered ${response.status}.`,
      fields,
    } = answer?.error ?? {};
    throw new KeywardError(response.status, code, message, fields);
  };
}
