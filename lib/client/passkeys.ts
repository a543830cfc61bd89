import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import type { NewPasskeyInput, PasskeyAssertionInput } from "@/lib/contracts/passkey-input";
import { apiRequest } from "./api-client";
import { ApiError } from "./api-error";
import { clientName } from "./client-name";

/** Signs in with any passkey. The response sets the cookie. */
export async function signInByPasskey(): Promise<void> {
  const body = await askPasskey("/api/sign-in/passkey/options");
  await apiRequest("/api/sign-in/passkey", { method: "POST", body, signedIn: false });
}

export async function passSecondStepByPasskey(): Promise<void> {
  const passkey = await askPasskey("/api/sign-in/verify/passkey");
  await apiRequest("/api/sign-in/verify", { method: "POST", body: { passkey }, signedIn: false });
}

export async function reauthenticateByPasskey(): Promise<void> {
  const passkey = await askPasskey("/api/account/reauthenticate/passkey");
  await apiRequest("/api/account/reauthenticate", { method: "POST", body: { passkey } });
}

/** Creates a passkey in the browser. The server doesn't know it yet. */
export async function createPasskey(): Promise<NewPasskeyInput> {
  requireDomain();
  const path = "/api/account/passkeys/options";
  const optionsJSON = await apiRequest<PublicKeyCredentialCreationOptionsJSON>(path, { method: "POST" });
  const { startRegistration } = await import("@simplewebauthn/browser");
  const { id, response } = await startRegistration({ optionsJSON }).catch(throwReadable);
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
  const { id, response } = await startAuthentication({ optionsJSON }).catch(throwReadable);
  const { clientDataJSON, authenticatorData, signature, userHandle } = response;
  return { id, clientDataJSON, authenticatorData, signature, ...(userHandle && { userHandle }) };
}

/** Passkeys belong to a domain, so they don't work on a page opened by its IP address. */
function requireDomain(): void {
  const { hostname, protocol, port } = window.location;
  if (hostname === "127.0.0.1" || hostname === "[::1]")
    throw unused(
      `Passkeys don’t work at the address ${hostname}. Open ${protocol}//localhost${port && `:${port}`} to use them.`,
    );
  if (!window.PublicKeyCredential)
    throw unused("This browser doesn’t support passkeys here. Use another way.");
}

/** Browsers hide the exact reason, so that a page can't find out which passkeys a person has. */
function throwReadable(error: unknown): never {
  const { name } = error as Error;
  if (name === "InvalidStateError") throw unused("This device already has a passkey for your account.");
  if (name === "NotSupportedError" || name === "ConstraintError")
    throw unused("This device can’t store a passkey that verifies it’s you. Try another device.");
  throw unused(
    "No passkey was used. You may have canceled, run out of time, or have no passkey here. Try again.",
  );
}

function unused(message: string): ApiError {
  return new ApiError("passkey_unused", message);
}
