import { runtime } from "../runtime";

/**
 * Whom a passkey belongs to, by APP_URL alone: a request's Host is never asked. A passkey needs a domain, so that a laptop's is
 * always `localhost`, and `http://127.0.0.1` has none.
 */
export function relyingParty(): { id: string; name: string; origins: string[] } {
  const { appUrl, local, port, productName: name } = runtime().env;
  const { hostname } = new URL(appUrl);
  if (!local) return { id: hostname, name, origins: [appUrl] };
  const origins = [`http://localhost:${port}`, ...(hostname === "localhost" ? [appUrl] : [])];
  return { id: "localhost", name, origins };
}
