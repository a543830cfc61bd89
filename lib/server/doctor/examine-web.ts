import { connect } from "node:tls";
import type { Env } from "../env";
import { programVersion } from "../version";
import { type Finding, note, ok, problem, reasonOf, warning } from "./finding";
import { judgeCookies, judgeHsts, judgeTls } from "./judge-web";
import { type VisitLimits, visit } from "./visit";

/** Asks the server at APP_URL, as a browser would. */
export async function examineWeb(env: Env, limits: VisitLimits): Promise<Finding[]> {
  const { appUrl, local } = env;
  const id = "web.reachable";
  try {
    const health = await visit(`${appUrl}/api/health`, limits);
    if (health.status !== 200 || !/"status":\s*"ok"/.test(health.body))
      return [problem(id, `${appUrl}/api/health answers ${health.status}, not as Keyward does.`)];
    const answered = [ok(id, `${appUrl} answers.`), judgeVersion(health.body, programVersion)];
    if (local) return answered;
    const [page, csrf, acceptsOldTls] = await Promise.all([
      visit(`${appUrl}/sign-in`, limits),
      visit(`${appUrl}/api/auth/csrf`, limits),
      acceptsOldProtocol(appUrl, limits),
    ]);
    return [
      ...answered,
      judgeTls({ certificate: health.certificate, acceptsOldTls, now: new Date() }),
      judgeHsts(valuesOf(page.rawHeaders, "strict-transport-security")),
      judgeCookies(csrf.headers["set-cookie"] ?? []),
    ];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code && isAboutCertificate.test(code))
      return [problem("web.tls", `The certificate of ${appUrl} isn't valid: ${reasonOf(error)}.`)];
    // A local server is often not running. Others are, on some machine.
    const make = local && code === "ECONNREFUSED" ? note : problem;
    return [make(id, `${appUrl} can't be reached: ${reasonOf(error)}.`)];
  }
}

/** @param body The answer of /api/health. Releases before 0.1.0 don't tell their version. */
export function judgeVersion(body: string, own: string): Finding {
  const running = /"version":\s*"([^"]*)"/.exec(body)?.[1] ?? "unknown";
  if (running === own) return ok("web.version", `The server runs version ${running}.`);
  return note("web.version", `The server runs version ${running}, and this program is ${own}.`);
}

/** The codes of OpenSSL's verification, and of Node.js's check of the name. */
const isAboutCertificate =
  /CERT|SELF_SIGNED|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|ERR_TLS_CERT_ALTNAME_INVALID/;

function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name);
}

/** Whether the server still speaks TLS 1.0 or 1.1. */
function acceptsOldProtocol(appUrl: string, { signal, stepMs }: VisitLimits): Promise<boolean> {
  const { hostname, port } = new URL(appUrl);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return new Promise((resolve) => {
    const socket = connect({
      ...{ host, port: Number(port || 443), minVersion: "TLSv1", maxVersion: "TLSv1.1" },
      ...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
      // OpenSSL has turned these versions off for clients at its usual level.
      ciphers: "DEFAULT:@SECLEVEL=0",
    });
    const end = (accepts: boolean) => {
      socket.destroy();
      resolve(accepts);
    };
    socket.on("secureConnect", () => end(true));
    socket.on("error", () => end(false));
    socket.setTimeout(stepMs, () => end(false));
    signal.addEventListener("abort", () => end(false), { once: true });
  });
}

/** Asks for the same host over http. Nothing may be served there but a redirect. */
export async function examineRedirect({ appUrl }: Env, limits: VisitLimits): Promise<Finding[]> {
  const { protocol, hostname, port } = new URL(appUrl);
  if (protocol !== "https:" || port !== "") return [];
  const id = "web.redirect";
  try {
    const { status, headers } = await visit(`http://${hostname}/`, limits);
    if (status >= 300 && status < 400 && headers.location?.startsWith("https://"))
      return [ok(id, `http://${hostname} redirects to https.`)];
    return [warning(id, `http://${hostname} answers ${status}, without a redirect to https.`)];
  } catch {
    return [ok(id, `Nothing answers at http://${hostname}.`)];
  }
}
