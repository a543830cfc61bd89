import type { ErrorCode } from "./error-codes";

/** What each error means and how to fix it, as shown on /docs/errors. The type requires an entry for every code. */
export const errorHelp: Record<ErrorCode, { means: string; remedy: string }> = {
  invalid_request: {
    means:
      "The request is malformed: its JSON is invalid, a field is wrong, or it contains conflicting credentials.",
    remedy: "See error.fields for each invalid field. Send one key, once, in a header, never in a URL.",
  },
  missing_key: {
    means: "The request has no API key.",
    remedy: "Send it as x-api-key: KEY, Authorization: Bearer KEY, or Authorization: api-key KEY.",
  },
  invalid_key: {
    means: "The key is malformed or unknown.",
    remedy: "Check that you copied the whole key, and that the Authorization header starts with a scheme.",
  },
  revoked_key: {
    means: "The key was revoked. This can't be undone.",
    remedy: "Create a new key under Account settings → API → API keys.",
  },
  disabled_key: {
    means: "The key is disabled, or its owner is suspended or has left the workspace.",
    remedy: "Enable the key on its page, or ask an admin about its owner.",
  },
  expired_key: {
    means: "The key is at or past its expiry.",
    remedy: "Create a new key, with a longer lifetime if you need one.",
  },
  api_access_disabled: {
    means: "API access is turned off for the workspace, which blocks all of its keys.",
    remedy: "Ask an admin to turn it on in Account settings → Workspace.",
  },
  ip_not_allowed: {
    means: "The key has an IP allowlist, and the caller's address is not on it.",
    remedy: "Call from an allowed address, or create a key that allows this one.",
  },
  insufficient_permissions: {
    means:
      "A read-only key called an unsafe method, a key without that permission tried to manage keys, or a role doesn't allow the action.",
    remedy: "Use a key with the permission. A key can never do more than its owner's role allows.",
  },
  https_required: {
    means:
      "The request came over plain http, so whatever it carried could be read on the way. It was refused before its key was looked at.",
    remedy:
      "Use https. If a key was sent, rotate it. Operators: let your proxy send X-Forwarded-Proto, and see PLAIN_HTTP_FROM for services in your own network.",
  },
  not_found: {
    means: "The resource doesn't exist, or you don't have access to it.",
    remedy: "Check the id and the workspace the key belongs to.",
  },
  method_not_allowed: {
    means: "The path exists but doesn't support this method.",
    remedy: "See the Allow header for the supported methods.",
  },
  conflict: {
    means:
      "The current state doesn't allow the request. Examples: renaming a revoked key, rotating a key twice, exceeding the workspace's key limit, or repeating a request that has already created a key.",
    remedy: "See the message for the reason.",
  },
  payload_too_large: { means: "The body is larger than 64 KiB.", remedy: "Send a smaller body." },
  rate_limit_exceeded: {
    means:
      "The key reached its requests per minute, an address sent too many invalid keys, or the workspace sent too many events again.",
    remedy:
      "Wait for the number of seconds in Retry-After. The RateLimit header shows how many requests are left.",
  },
  quota_exceeded: {
    means:
      "The request would exceed a monthly or daily quota of the workspace or the key. Applications and keys share the same quota.",
    remedy:
      "The message names the meter, its limit, and when it resets. Retry-After has the seconds until then. The Usage page shows what is left.",
  },
  internal_error: {
    means: "Something went wrong on our side.",
    remedy: "Try again. If it keeps happening, send the request_id to the operator.",
  },
  unavailable: {
    means: "A dependency, such as the database, is unavailable. The request was not allowed.",
    remedy: "Try again after the number of seconds in Retry-After.",
  },
  not_signed_in: { means: "The browser's session has ended.", remedy: "Sign in again." },
  incorrect_credentials: {
    means: "The email or the password is wrong.",
    remedy: "Check both and try again.",
  },
  account_disabled: {
    means:
      "The operator of this server disabled the account. Its sessions have ended and its API keys are refused.",
    remedy: "Ask the operator to enable it: keyward user enable --email ADDRESS.",
  },
  incorrect_code: {
    means: "The code isn't the one currently shown in the app or last sent by email, or it was already used.",
    remedy: "Enter the next code from the app. If codes never work, check the phone's clock.",
  },
  passkey_refused: {
    means:
      "The passkey is unknown, didn't verify the user, or answered a challenge that expired or belongs to another browser.",
    remedy: "Try again, or use another method. A passkey that was removed from the account no longer works.",
  },
  link_expired: {
    means:
      "A link in an email works once and for a limited time. This one was used, was replaced by a newer one, or has expired.",
    remedy: "Request a new link.",
  },
  second_step_required: {
    means: "The password was correct, but two-step verification isn't complete.",
    remedy: "Enter a code or a recovery code, or use a passkey, on the verification page.",
  },
  two_step_setup_required: {
    means: "The workspace requires two-step verification, and the account hasn't set it up.",
    remedy: "Set up an authenticator app, a passkey or email codes in Account settings → Security.",
  },
  single_sign_on_required: {
    means:
      "The workspace requires single sign-on for an email domain, and this session was started with another sign-in method.",
    remedy: "Sign in with the provider, or continue with it in Account settings → Security.",
  },
  undecided_keys: {
    means:
      "Removing, suspending, or demoting this member, or deleting the account, affects API keys that the request doesn't mention. `keys` lists them.",
    remedy:
      "List each key in `transfers` or `revocations`, or send `otherKeys`. Nothing was changed. The console asks about each key.",
  },
  account_changed: {
    means:
      "The console page was opened with one account, and another account has signed in since then in the same browser.",
    remedy: "Reload the page to continue with the current account, or sign in again with the first one.",
  },
  reauthentication_required: {
    means: "The action is sensitive, and you haven't confirmed your identity recently.",
    remedy: "Confirm it's you and try again. The console prompts you automatically.",
  },
  cross_site_request: {
    means: "A request with a session cookie didn't come from the console's own pages.",
    remedy: "Use an API key in programs. Sessions are only for the console.",
  },
  too_many_attempts: {
    means: "Too many sign-in attempts for this account or from this address.",
    remedy: "Wait for the number of seconds in Retry-After.",
  },
};
