import type { ErrorCode } from "./error-codes";

/** What each error means and what to do, as /docs/errors tells it. Every code has its entry: the type demands it. */
export const errorHelp: Record<ErrorCode, { means: string; remedy: string }> = {
  invalid_request: {
    means: "The request is malformed: the JSON, a field, or the credentials contradict one another.",
    remedy: "error.fields names each wrong field. Send one key, in a header, once, and never in a URL.",
  },
  missing_key: {
    means: "No API key came with the request.",
    remedy: "Send it as x-api-key: KEY, as Authorization: Bearer KEY, or as Authorization: api-key KEY.",
  },
  invalid_key: {
    means: "The key is malformed, or nobody has it.",
    remedy: "Check that it was copied whole, and that an Authorization header names its scheme.",
  },
  revoked_key: {
    means: "The key was revoked. That is for ever.",
    remedy: "Create a new key under Account settings → API → API keys.",
  },
  disabled_key: {
    means: "The key is switched off for a while, or its owner is suspended or has left the workspace.",
    remedy: "Enable the key on its page, or ask an admin about its owner.",
  },
  expired_key: {
    means: "The key is at or past its expiry.",
    remedy: "Create a new key, with a longer life where that is what you need.",
  },
  api_access_disabled: {
    means: "API access is switched off for the workspace, for all of its keys.",
    remedy: "Ask an admin to switch it on in Account settings → Workspace.",
  },
  ip_not_allowed: {
    means: "The key has a list of allowed addresses, and the caller's is not on it.",
    remedy: "Call from an allowed address, or create a key that allows this one.",
  },
  insufficient_permissions: {
    means:
      "A read-only key called an unsafe method, a key without the right tried to manage keys, or a role does not allow it.",
    remedy: "Use a key with the permission. A key can never do more than its owner's role allows.",
  },
  not_found: {
    means: "Nothing by that name is here, or not for you to see.",
    remedy: "Check the id and the workspace the key belongs to.",
  },
  method_not_allowed: {
    means: "The path exists, and does not answer this method.",
    remedy: "The Allow header lists the methods it answers.",
  },
  conflict: {
    means:
      "The present state forbids it, such as renaming a revoked key, rotating a key twice, a workspace that has all the keys it may have, or repeating a request that has already made one.",
    remedy: "The message says what stands in the way.",
  },
  payload_too_large: { means: "The body is larger than 64 KiB.", remedy: "Send a smaller one." },
  rate_limit_exceeded: {
    means: "The key made as many requests as it may in a minute, or an address sent too many unknown keys.",
    remedy: "Wait as many seconds as Retry-After says. RateLimit tells beforehand how many are left.",
  },
  quota_exceeded: {
    means:
      "A quota of the workspace or of the key has no room for this in its month or day; applications and keys use the same one.",
    remedy:
      "The message names the meter, its limit and when it resets, Retry-After the seconds until then. The Usage page shows what is left.",
  },
  internal_error: {
    means: "Something failed on our side.",
    remedy: "Try again. If it stays, tell the operator the request_id.",
  },
  unavailable: {
    means: "What the answer hangs on cannot be asked or written right now. Nothing was allowed.",
    remedy: "Try again after as many seconds as Retry-After says.",
  },
  not_signed_in: { means: "The browser's session has ended.", remedy: "Sign in again." },
  incorrect_credentials: {
    means: "Email and password do not belong together.",
    remedy: "Check both and try again.",
  },
  account_disabled: {
    means:
      "The operator of this server disabled the account. Its sessions have ended and its API keys are refused.",
    remedy: "Ask the operator to enable it: keyward user enable --email ADDRESS.",
  },
  incorrect_code: {
    means: "The code is not the one that the app shows now or that was mailed last, or it was used before.",
    remedy: "Enter the next code the app shows. If codes never fit, set the phone's clock.",
  },
  passkey_refused: {
    means:
      "The passkey is not known here, did not check who holds it, or answered a question that was too old or not this browser's.",
    remedy: "Try again, or use another way. A passkey that was removed from the account opens it no more.",
  },
  link_expired: {
    means:
      "A mailed link is good once and for a while; this one was used, replaced by a later one, or is too old.",
    remedy: "Ask for a new one where the first was asked for.",
  },
  second_step_required: {
    means: "The password was right, and the account asks for a second step that is not done yet.",
    remedy: "Enter the code, or use a recovery code, on the page that asks for it.",
  },
  two_step_setup_required: {
    means: "The workspace asks its members for two-step verification, and the account has none.",
    remedy: "Set up an authenticator app, a passkey or email codes in Account settings → Security.",
  },
  single_sign_on_required: {
    means:
      "The workspace asks people of an email domain to come by single sign-on, and this session began another way.",
    remedy: "Sign in with the provider, or continue with it from Account settings → Security.",
  },
  undecided_keys: {
    means:
      "Removing, suspending or demoting this person, or deleting the account, leaves API keys behind that the request did not decide about. `keys` lists them.",
    remedy:
      "Name each key in `transfers` or `revocations`, or send `otherKeys`. Nothing was changed. The console asks for each key.",
  },
  account_changed: {
    means:
      "A page of the console was opened by one person, and another person has signed in in the same browser since.",
    remedy: "Reload the page to continue as the person who is signed in now, or sign in again as the first.",
  },
  reauthentication_required: {
    means: "The change is sensitive, and the last proof of who you are is too old.",
    remedy: "Confirm it's you and try again; the console asks by itself.",
  },
  cross_site_request: {
    means: "A change came with a session cookie, but not from the console's own pages.",
    remedy: "Use an API key for programs; sessions are for the console alone.",
  },
  too_many_attempts: {
    means: "Too many attempts to sign in, for this account or from this address.",
    remedy: "Wait as many seconds as Retry-After says.",
  },
};
