import { type Finding, note, ok, problem, warning } from "./finding";

export type TlsFacts = {
  certificate: { validTo: Date; issuer: string } | null;
  acceptsOldTls: boolean;
  now: Date;
};

const dayMs = 86_400_000;
/** Certificates are usually renewed a month before they expire, those with a short life a week before. */
const daysLeft = { warning: 14, problem: 3 };

/** Judges a certificate that was accepted. */
export function judgeTls({ certificate, acceptsOldTls, now }: TlsFacts): Finding {
  const id = "web.tls";
  if (!certificate) return problem(id, "APP_URL is https, but the connection isn't encrypted.");
  const days = Math.floor((certificate.validTo.getTime() - now.getTime()) / dayMs);
  const what = `The certificate by ${certificate.issuer} expires in ${days === 1 ? "1 day" : `${days} days`}`;
  if (days < daysLeft.problem) return problem(id, `${what}.`);
  if (days < daysLeft.warning) return warning(id, `${what}.`);
  if (acceptsOldTls) return warning(id, `${what}, and TLS 1.0 or 1.1 is accepted.`);
  return ok(id, `${what}; TLS 1.2 or later is required.`);
}

/** Half a year, which checkers of configurations ask for. */
const leastSeconds = 15_768_000;

/** @param values Of each Strict-Transport-Security header of a page. Browsers heed the first only. */
export function judgeHsts(values: readonly string[]): Finding {
  const id = "web.hsts";
  const [first] = values;
  if (first === undefined) return warning(id, "Pages come without Strict-Transport-Security.");
  const seconds = Number(/(?:^|;)\s*max-age\s*=\s*"?(\d+)/i.exec(first)?.[1] ?? 0);
  if (seconds < leastSeconds)
    return warning(id, `Strict-Transport-Security is ${first}: browsers forget it too soon.`);
  if (values.length > 1)
    return note(id, `Strict-Transport-Security is sent ${values.length} times; the first counts.`);
  return ok(id, `Strict-Transport-Security is ${first}.`);
}

/** @param cookies Set-Cookie headers, as they arrive at a browser. */
export function judgeCookies(cookies: readonly string[]): Finding {
  const id = "web.cookies";
  const own = cookies.filter((cookie) => cookie.includes("keyward."));
  if (own.length === 0) return problem(id, "The cookies of Keyward don't arrive.");
  const faults = own.flatMap((cookie) => {
    const [pair = "", ...attributes] = cookie.split(";").map((part) => part.trim());
    const name = pair.split("=")[0] ?? "";
    const values = new Map(attributes.map((attribute) => splitOnce(attribute)));
    return [
      ...(name.startsWith("__Host-") ? [] : [`${name} lacks the prefix __Host-`]),
      ...(values.has("domain") ? [`${name} has Domain=${values.get("domain")}`] : []),
      ...(values.get("path") === "/" ? [] : [`${name} has Path=${values.get("path") ?? "(none)"}`]),
      ...["secure", "httponly"].filter((flag) => !values.has(flag)).map((flag) => `${name} lacks ${flag}`),
      ...(/^(lax|strict)$/i.test(values.get("samesite") ?? "") ? [] : [`${name} lacks SameSite`]),
    ];
  });
  if (faults.length > 0) return problem(id, `Cookies don't arrive as they were sent: ${faults.join(", ")}.`);
  return ok(id, "Cookies arrive as they were sent: for this host only, over https only, not for scripts.");
}

function splitOnce(attribute: string): [string, string] {
  const [name = "", ...rest] = attribute.split("=");
  return [name.trim().toLowerCase(), rest.join("=").trim()];
}
