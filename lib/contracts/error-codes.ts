/**
 * The error codes of the public HTTP API (docs/http-api.md, 2.1), with status and default message. The page /docs/errors explains
 * each, which a test checks.
 */
export const publicErrorCodes = {
  invalid_request: { status: 400, message: "The request is malformed." },
  missing_key: {
    status: 401,
    message: "No API key was sent. Send it as x-api-key, or as Authorization: Bearer.",
  },
  invalid_key: { status: 401, message: "This API key isn't valid. Check that you copied all of it." },
  revoked_key: { status: 401, message: "This API key was revoked." },
  disabled_key: { status: 401, message: "This API key is disabled." },
  expired_key: { status: 401, message: "This API key has expired." },
  api_access_disabled: {
    status: 403,
    message: "API access is off for this workspace. An admin can turn it on.",
  },
  ip_not_allowed: { status: 403, message: "This API key can't be used from this IP address." },
  insufficient_permissions: { status: 403, message: "You don't have permission to do this." },
  https_required: { status: 403, message: "Use https: this server takes no requests over plain http." },
  not_found: { status: 404, message: "Not found, or you don't have access." },
  method_not_allowed: { status: 405, message: "This method is not allowed here." },
  conflict: { status: 409, message: "The current state doesn't allow this." },
  payload_too_large: { status: 413, message: "The body is larger than 64 KiB." },
  rate_limit_exceeded: { status: 429, message: "Too many requests." },
  quota_exceeded: { status: 429, message: "A quota is used up." },
  internal_error: { status: 500, message: "Something went wrong on our side." },
  unavailable: { status: 503, message: "The service is temporarily unavailable. Try again shortly." },
} as const satisfies Record<string, { status: number; message: string }>;

export type PublicErrorCode = keyof typeof publicErrorCodes;

/** Every error code. Those that are not public are used only between the console and its own routes. */
export const errorCodes = {
  ...publicErrorCodes,
  not_signed_in: { status: 401, message: "You are signed out. Sign in again." },
  incorrect_credentials: { status: 401, message: "Email or password is incorrect." },
  account_disabled: {
    status: 403,
    message: "This account is disabled. Ask the operator of this server.",
  },
  incorrect_code: { status: 401, message: "This code is incorrect or was already used." },
  passkey_refused: {
    status: 401,
    message: "This passkey wasn't accepted. Try again, or use another method.",
  },
  link_expired: {
    status: 410,
    message: "This link was already used or has expired. Request a new one.",
  },
  second_step_required: { status: 403, message: "Complete two-step verification to finish signing in." },
  two_step_setup_required: {
    status: 403,
    message: "This workspace requires two-step verification. Set it up on your Security page.",
  },
  single_sign_on_required: {
    status: 403,
    message: "This workspace requires single sign-on. Start it from your Security page.",
  },
  undecided_keys: {
    status: 409,
    message: "Decide whether to revoke, transfer, or keep each API key.",
  },
  account_changed: {
    status: 409,
    message: "You're signed in to another account now. Reload this page to continue with that account.",
  },
  reauthentication_required: { status: 403, message: "Confirm it's you to continue." },
  cross_site_request: { status: 403, message: "This request didn't come from the console." },
  too_many_attempts: { status: 429, message: "Too many attempts. Wait a moment and try again." },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof errorCodes;
