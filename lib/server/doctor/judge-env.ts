import { addressMatches, parseBlock } from "@/lib/engine/request/client-address";
import type { Env } from "../env";
import { isLoopbackName } from "../loopback";
import { type Finding, note, ok, problem, warning } from "./finding";

/** Judges settings that are valid, and unwise. */
export function judgeEnv(env: Env): Finding[] {
  return [...judgeLocal(env), ...judgeGuarantees(env), ...judgeTrust(env), ...judgeAllowed(env)];
}

function judgeLocal({ local, host, appUrl }: Env): Finding[] {
  if (!local) return [ok("settings.local", `${appUrl} is served to others; secrets and https are required.`)];
  if (isLoopbackName(host))
    return [ok("settings.local", "The server is local, and only this machine can reach it.")];
  return [
    warning(
      "settings.local",
      `APP_URL is ${appUrl}, so this is a local server, but HOST is ${host}: other machines can reach it.`,
    ),
  ];
}

function judgeGuarantees({ staleVerdictSeconds, accessLogRequired }: Env): Finding[] {
  const findings: Finding[] = [];
  if (staleVerdictSeconds > 0)
    findings.push(
      note(
        "settings.guarantees",
        `STALE_VERDICT_SECONDS is ${staleVerdictSeconds}: while the database is unavailable, a revoked key can pass for that long.`,
      ),
    );
  if (!accessLogRequired)
    findings.push(
      note("settings.guarantees", "ACCESS_LOG_REQUIRED is 0: requests pass that can't be logged."),
    );
  return findings.length > 0 ? findings : [ok("settings.guarantees", "No setting gives up a guarantee.")];
}

/** Blocks that are larger than any network of proxies. */
function judgeTrust({ trustedProxies }: Env): Finding[] {
  const wide = trustedProxies.filter((block) => {
    const [address, bits] = parseBlock(block) ?? [];
    return bits !== undefined && bits < (address?.kind() === "ipv4" ? 8 : 16);
  });
  if (wide.length === 0)
    return [ok("proxy.trust", `Trusted proxies: ${trustedProxies.join(", ") || "none"}.`)];
  return [
    problem("proxy.trust", `TRUSTED_PROXIES contains ${wide.join(", ")}, which is most of the internet.`),
  ];
}

/** Addresses behind which something answers that trusts every sender. */
const sensitive = {
  "127.0.0.1": "this machine",
  "::1": "this machine",
  "169.254.169.254": "the metadata service of clouds, which hands out credentials",
};

function judgeAllowed({ webhookAllowCidrs, local }: Env): Finding[] {
  if (webhookAllowCidrs.length === 0)
    return [ok("outgoing.addresses", "Endpoints of events must be public.")];
  const reached = Object.entries(sensitive)
    .filter(([address]) => webhookAllowCidrs.some((block) => addressMatches(address, block)))
    .map(([address, what]) => `${address} (${what})`);
  if (reached.length === 0)
    return [ok("outgoing.addresses", `Endpoints of events may also be in ${webhookAllowCidrs.join(", ")}.`)];
  const make = local ? note : warning;
  return [make("outgoing.addresses", `WEBHOOK_ALLOW_CIDRS lets members call ${reached.join(" and ")}.`)];
}
