import { getServers, lookup, Resolver } from "node:dns/promises";
import { connect, isIP } from "node:net";
import type { Env } from "../env";
import { type Finding, note, ok, reasonOf, warning } from "./finding";

/** An address outside that the server connects to. */
export type Target = {
  setting: string;
  host: string;
  port: number;
  /** Whether the operator chose it. */
  isChosen: boolean;
};

export type OutgoingFacts = {
  dnsServers: string[];
  /** A text is the reason why it fails. */
  targets: (Target & { lookUpError: string | null; connectError: string | null })[];
};

/** Looks up and connects to the addresses that settings name. Sends nothing to them. */
export async function examineOutgoing(env: Env, signal: AbortSignal): Promise<Finding[]> {
  const targets = await Promise.all(
    targetsOf(env).map((target) => tryTarget(target, env.dnsServers, signal)),
  );
  return judgeOutgoing({ dnsServers: env.dnsServers.length > 0 ? env.dnsServers : getServers(), targets });
}

function targetsOf({ leakReportKeysUrl, otlp, auditCheckpointUrl, identityProviders }: Env): Target[] {
  const chosen: [string, string | null | undefined][] = [
    ["OTEL_EXPORTER_OTLP_ENDPOINT", otlp?.url],
    ["AUDIT_CHECKPOINT_URL", auditCheckpointUrl],
    ...identityProviders.map(({ name, issuer }): [string, string] => [`sign-in with ${name}`, issuer]),
  ];
  return [
    // A public address that every server uses: it stands for the internet.
    targetOf("LEAK_REPORT_KEYS_URL", leakReportKeysUrl, false),
    ...chosen.flatMap(([setting, url]) => (url ? [targetOf(setting, url, true)] : [])),
  ];
}

function targetOf(setting: string, url: string, isChosen: boolean): Target {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  return { setting, host, port: Number(port || (protocol === "https:" ? 443 : 80)), isChosen };
}

async function tryTarget(target: Target, dnsServers: string[], signal: AbortSignal) {
  let address = target.host;
  try {
    if (isIP(target.host) === 0) address = await lookUp(target.host, dnsServers, signal);
  } catch (error) {
    return { ...target, lookUpError: reasonOf(error), connectError: null };
  }
  return { ...target, lookUpError: null, connectError: await tryConnection(address, target.port, signal) };
}

/** Less than the limit of the whole check, so that the finding names what hangs. */
const stepMs = 2000;

async function lookUp(host: string, dnsServers: string[], signal: AbortSignal): Promise<string> {
  if (dnsServers.length === 0) return (await lookup(host)).address;
  const resolver = new Resolver({ timeout: stepMs / 2, tries: 2 });
  resolver.setServers(dnsServers);
  signal.addEventListener("abort", () => resolver.cancel(), { once: true });
  const [address] = await resolver.resolve4(host).catch(() => resolver.resolve6(host));
  return address as string;
}

/** @returns Why it fails. Null if it doesn't. */
function tryConnection(host: string, port: number, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (reason: string | null) => {
      socket.destroy();
      resolve(reason);
    };
    socket.setTimeout(stepMs, () => end(`no answer within ${stepMs / 1000} seconds`));
    socket.on("connect", () => end(null));
    socket.on("error", (error) => end(reasonOf(error)));
    signal.addEventListener("abort", () => end("no answer"), { once: true });
  });
}

export function judgeOutgoing({ dnsServers, targets }: OutgoingFacts): Finding[] {
  const servers = dnsServers.join(", ") || "none";
  const unknown = targets.filter(({ lookUpError }) => lookUpError !== null);
  const names = unknown.map(({ host, lookUpError }) => `${host} (${lookUpError})`).join(", ");
  const dns =
    unknown.length === 0
      ? ok("outgoing.dns", `Names are found. DNS servers: ${servers}.`)
      : warning("outgoing.dns", `Not found: ${names}. DNS servers: ${servers}.`);
  const refused = targets.filter(({ connectError }) => connectError !== null);
  if (refused.length === 0) {
    const reached = targets.length - unknown.length;
    return reached === 0 ? [dns] : [dns, ok("outgoing.connections", "Addresses outside can be reached.")];
  }
  return [
    dns,
    ...refused.map(({ setting, host, port, connectError, isChosen }) =>
      // A network may be closed on purpose.
      (isChosen ? warning : note)(
        "outgoing.connections",
        `${host}:${port} (${setting}) can't be reached: ${connectError}.`,
      ),
    ),
  ];
}
