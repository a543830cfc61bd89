/**
 * Every error code, with its status and default message. The page /docs/errors explains each, which a test checks.
 * The first block is public (docs/http-api.md, 2.1). The second is used only between the console and its own routes.
 */
export const errorCodes = {
  invalid_request: { status: 400, message: "The request is malformed." },
  missing_key: {
    status: 401,
    message: "No API key was sent. Send it as x-api-key, or as Authorization: Bearer.",
  },
  invalid_key: { status: 401, message: "This API key is not valid. Check that it was copied whole." },
  revoked_key: { status: 401, message: "This API key was revoked." },
  disabled_key: { status: 401, message: "This API key is disabled." },
  expired_key: { status: 401, message: "This API key has expired." },
  api_access_disabled: {
    status: 403,
    message: "API access is off for this workspace. An admin can switch it on.",
  },
  ip_not_allowed: { status: 403, message: "This API key may not be used from this address." },
  insufficient_permissions: { status: 403, message: "You do not have the permission for this." },
  not_found: { status: 404, message: "There is nothing here by that name." },
  method_not_allowed: { status: 405, message: "This method is not allowed here." },
  conflict: { status: 409, message: "The present state does not allow this." },
  payload_too_large: { status: 413, message: "The body is larger than 64 KiB." },
  rate_limit_exceeded: { status: 429, message: "Too many requests." },
  quota_exceeded: { status: 429, message: "A quota is spent." },
  internal_error: { status: 500, message: "Something failed on our side." },
  unavailable: { status: 503, message: "This cannot be decided right now. Try again shortly." },

  not_signed_in: { status: 401, message: "You are signed out. Sign in again." },
  incorrect_credentials: { status: 401, message: "Email or password is incorrect." },
  account_disabled: {
    status: 403,
    message: "This account is disabled. Ask the operator of this server.",
  },
  incorrect_code: { status: 401, message: "This code is not right, or was used before." },
  passkey_refused: {
    status: 401,
    message: "This passkey was not accepted. Try again, or use another way.",
  },
  link_expired: {
    status: 410,
    message: "This link was used already or is too old. Ask for a new one.",
  },
  second_step_required: { status: 403, message: "Finish signing in with your second step." },
  two_step_setup_required: {
    status: 403,
    message: "This workspace asks for two-step verification. Set it up on your Security page.",
  },
  single_sign_on_required: {
    status: 403,
    message: "This workspace asks for single sign-on. Your Security page leads to it.",
  },
  undecided_keys: {
    status: 409,
    message: "Decide what happens to each API key: revoke, transfer or keep it.",
  },
  account_changed: {
    status: 409,
    message:
      "Another account is signed in now, so this page can’t act. Reload it to continue as that account.",
  },
  reauthentication_required: { status: 403, message: "Confirm it's you to go on." },
  cross_site_request: { status: 403, message: "This request did not come from the console." },
  too_many_attempts: { status: 429, message: "Too many attempts. Wait a little and try again." },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof errorCodes;

export type ErrorBody = {
  error: {
    code: ErrorCode;
    message: string;
    request_id: string;
    doc_url: string;
    /** Field name → what is wrong with it. Only with `invalid_request`. */
    fields?: Record<string, string>;
    /** The keys to decide about. Only with `undecided_keys`. */
    keys?: { id: string; name: string }[];
  };
};
