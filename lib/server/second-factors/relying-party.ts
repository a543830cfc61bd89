import { runtime } from "../runtime";

/**
 * The WebAuthn relying party. It depends only on APP_URL, never on the request's Host header. Passkeys need a domain,
 * so locally it is always `localhost`; `http://127.0.0.1` can't be used.
 */
export function relyingParty(): { id: string; name: string; origins: string[] } {
  const { appUrl, local, port, productName: name } = runtime().env;
  const { hostname } = new URL(appUrl);
  if (!local) return { id: hostname, name, origins: [appUrl] };
  const origins = [`http://localhost:${port}`, ...(hostname === "localhost" ? [appUrl] : [])];
  return { id: "localhost", name, origins };
}
