import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import type { NewPasskeyInput, PasskeyAssertionInput } from "@/lib/contracts/passkey-input";
import { apiRequest } from "./api-client";
import { ApiError } from "./api-error";
import { clientName } from "./client-name";

/** Signs in with whichever passkey the person picks; the cookie comes with the answer. */
export async function signInByPasskey(): Promise<void> {
  const body = await askPasskey("/api/sign-in/passkey/options");
  await apiRequest("/api/sign-in/passkey", { method: "POST", body, signedIn: false });
}

/** Does the second step of a sign-in. */
export async function passSecondStepByPasskey(): Promise<void> {
  const passkey = await askPasskey("/api/sign-in/verify/passkey");
  await apiRequest("/api/sign-in/verify", { method: "POST", body: { passkey }, signedIn: false });
}

/** Confirms who one is, for a sensitive action. */
export async function reauthenticateByPasskey(): Promise<void> {
  const passkey = await askPasskey("/api/account/reauthenticate/passkey");
  await apiRequest("/api/account/reauthenticate", { method: "POST", body: { passkey } });
}

/** Has the browser make a passkey for whoever is signed in. The server does not know of it yet. */
export async function makePasskey(): Promise<NewPasskeyInput> {
  requireDomain();
  const path = "/api/account/passkeys/options";
  const optionsJSON = await apiRequest<PublicKeyCredentialCreationOptionsJSON>(path, { method: "POST" });
  const { startRegistration } = await import("@simplewebauthn/browser");
  const { id, response } = await startRegistration({ optionsJSON }).catch(tellWhy);
  return {
    name: clientName(navigator.userAgent).replace(/ \d+(?= on |$)/, ""),
    id,
    clientDataJSON: response.clientDataJSON,
    attestationObject: response.attestationObject,
    transports: response.transports ?? [],
  };
}

async function askPasskey(path: string): Promise<PasskeyAssertionInput> {
  requireDomain();
  const optionsJSON = await apiRequest<PublicKeyCredentialRequestOptionsJSON>(path, {
    method: "POST",
    signedIn: false,
  });
  const { startAuthentication } = await import("@simplewebauthn/browser");
  const { id, response } = await startAuthentication({ optionsJSON }).catch(tellWhy);
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  return { id, clientDataJSON, authenticatorData, signature, ...(userHandle && { userHandle }) };
}

/** A passkey belongs to a domain: a page that was opened by an address has none. */
function requireDomain(): void {
  const { hostname, protocol, port } = window.location;
  if (hostname === "127.0.0.1" || hostname === "[::1]")
    throw unused(
      `Passkeys need a name, and ${hostname} is an address. Open ${protocol}//localhost${port && `:${port}`} to use them.`,
    );
  if (!window.PublicKeyCredential) throw unused("This browser has no passkeys here. Use another way.");
}

/** Browsers do not say which it was, so that a page cannot find out what passkeys somebody has. */
function tellWhy(error: unknown): never {
  const { name } = error as Error;
  if (name === "InvalidStateError") throw unused("This device already has a passkey for your account.");
  if (name === "NotSupportedError" || name === "ConstraintError")
    throw unused("This device cannot keep a passkey that checks who you are. Try another.");
  throw unused("No passkey was used: it was called off, took too long, or none is here. Try again.");
}

function unused(message: string): ApiError {
  return new ApiError("passkey_unused", message);
}
