import { type Address, isIpAddress } from "./parse-address";
import { put } from "./put";
import type { Render } from "./recipe-settings";

/** The addresses in the shipped files. */
const shippedKeyward = "127.0.0.1:3000";
const shippedApi = "127.0.0.1:8080";
const leaveOut = " Leave this part out for one instance.";
/** The path on Debian and most other systems. */
const authorities = "/etc/ssl/certs/ca-certificates.crt";

export const renderNginx: Render = (text, { keyward, api, workspaceId, browsers }) => {
  const servers = keyward.map((address) => `server ${hostAndPort(direct(address))} max_fails=0;`);
  const several = keyward.length > 1;
  let result = section(section(saysPort(text), "Browsers", browsers), "Several instances", several);
  if (!several) result = put(result, "http://$keyward_instance", "http://keyward");
  result = put(result, `server ${shippedKeyward} max_fails=0;`, servers.join("\n  "));
  result = put(result, `server ${shippedApi};`, `server ${hostAndPort(api)};`);
  if (workspaceId) result = put(result, "?deny=auth_request", `?deny=auth_request&workspace=${workspaceId}`);
  if (keyward[0].tls) result = nginxTls(result, "keyward", keyward[0], "");
  if (api.tls) result = nginxTls(result, "protected_api", api, "    proxy_set_header Host $host;\n");
  return result;
};

/** Connects over https and verifies the name in the certificate. */
function nginxTls(text: string, upstream: string, address: Address, replacedHost: string): string {
  const lines = [
    `proxy_set_header Host ${nameAndPort(address)};`,
    "proxy_ssl_server_name on;",
    `proxy_ssl_name ${address.host};`,
    "proxy_ssl_verify on;",
    "proxy_ssl_verify_depth 3;",
    `proxy_ssl_trusted_certificate ${authorities};`,
  ];
  return put(text, `proxy_pass http://${upstream}`, `proxy_pass https://${upstream}`)
    .replace(replacedHost, "")
    .replace(
      new RegExp(`^( *)(proxy_pass https://${upstream}.*)$`, "gm"),
      (_, indent: string, pass: string) => [pass, ...lines].map((line) => indent + line).join("\n"),
    );
}

export const renderCaddy: Render = (text, { keyward, api, workspaceId, browsers }) => {
  const asked = keyward.map((address) => caddyUpstream(direct(address))).join(" ");
  const several = keyward.length > 1;
  let result = section(section(saysPort(text), "Browsers", browsers), "Several instances", several);
  if (several) result = put(put(result, leaveOut, ""), caddyProxy, caddySearch);
  result = put(result, shippedKeyward, asked);
  result = put(result, shippedApi, caddyUpstream(api));
  if (workspaceId) {
    result = put(result, "uri /api/forward-auth?", `uri /api/forward-auth?workspace=${workspaceId}`);
    result = put(result, "The question mark drops", "What stands behind the question mark replaces");
  }
  const host = "header_up Host {upstream_hostport}";
  if (keyward[0].tls) {
    result = put(result, `${asked} {`, `${asked} {\n\t\t\t${host}`);
    result = put(result, "transport http {", "transport http {\n\t\t\t\ttls");
  }
  if (api.tls) result = put(result, `proxy ${api.origin} {`, `proxy ${api.origin} {\n\t\t\t${host}`);
  return result;
};

const caddyTries = `${shippedKeyward} {
			import keyward
		}`;
const caddyProxy = `		reverse_proxy @keyward ${caddyTries}`;
const caddySearch = `		# Caddy sends a GET again by itself. It cannot send a body twice, so for other methods it first looks for an instance that answers.
		# It would also refuse those at once while it takes every instance for one that stops.
		@get method GET
		route @keyward {
			reverse_proxy @get ${indent(caddyTries)}
			forward_auth ${indent(caddyTries.replace("{", "{\n\t\t\turi /api/health?"))}
			reverse_proxy {http.reverse_proxy.upstream.hostport}
		}`;

function indent(block: string): string {
  return block.replaceAll("\n", "\n\t");
}

function caddyUpstream(address: Address): string {
  return address.tls ? address.origin : hostAndPort(address);
}

/** Renders both of HAProxy's files: one has the addresses, the other the workspace. */
export const renderHaproxy: Render = (text, { keyward, api, workspaceId, browsers }) => {
  if (text.startsWith("--")) {
    const question = "/api/forward-auth";
    return workspaceId ? put(text, question, `${question}?workspace=${workspaceId}`) : text;
  }
  const head = "Change the addresses in the backends.";
  const several = keyward.length > 1;
  let result = put(text, head, "Change its port, 8000, to yours.");
  result = section(section(result, "Browsers", browsers), "Several instances", several);
  const any = `  server keyward-any ${shippedKeyward} backup\n`;
  const instances = keyward.map(direct);
  for (const [suffix, settings] of [
    [" track keyward/keyward", (name: string) => ` track keyward/${name}`],
    [" check", () => " check"],
  ] as const) {
    const servers = several
      ? [
          ...haproxyServers("keyward", instances, settings),
          ...haproxyServers("keyward-any", instances, () => " backup"),
        ]
      : haproxyServers("keyward", instances, () => "");
    result = put(result, `  server keyward ${shippedKeyward}${suffix}\n${any}`, `${servers.join("\n")}\n`);
  }
  return put(result, `  server api ${shippedApi}`, haproxyServers("api", [api], () => "").join("\n"));
};

/** @param settings What follows a server's address. */
function haproxyServers(name: string, addresses: Address[], settings: (server: string) => string): string[] {
  return addresses.map((address, index) => {
    const server = name + (index === 0 ? "" : index + 1);
    const line = `  server ${server} ${hostAndPort(address)}${settings(server)}`;
    if (!address.tls) return line;
    const host = `  http-request set-header Host ${nameAndPort(address)}\n`;
    return `${host}${line} ssl verify required ca-file @system-ca sni str(${address.host})`;
  });
}

export const renderTraefik: Render = (text, { keyward, api, workspaceId, browsers }) => {
  const head = "Change the three addresses and the entry point.";
  const several = keyward.length > 1;
  let result = put(text, head, "Its entry point is called web: change that to yours.");
  result = section(section(result, "Browsers", browsers), "Several instances", several);
  if (several) {
    result = put(put(result, "; leave this part out for one instance", ""), leaveOut, "");
    result = put(
      result,
      `"http://${shippedKeyward}/api/forward-auth"`,
      '"http://127.0.0.1:8001/api/forward-auth"',
    );
  }
  const instances = keyward.map((address) => `- url: "${direct(address).origin}"`);
  result = put(result, `- url: "http://${shippedKeyward}"`, instances.join("\n          "));
  if (!several) result = put(result, `http://${shippedKeyward}`, direct(keyward[0]).origin);
  result = put(result, `http://${shippedApi}`, api.origin);
  if (workspaceId) result = put(result, '/api/forward-auth"', `/api/forward-auth?workspace=${workspaceId}"`);
  for (const address of [keyward[0], api]) {
    const servers = `        servers:\n          - url: "${address.origin}"`;
    // The Host header must be the name in the certificate, not the client's.
    if (address.tls) result = put(result, servers, `        passHostHeader: false\n${servers}`);
  }
  return result;
};

export const renderEnvoy: Render = (text, { keyward, api, browsers }) => {
  const [first] = keyward;
  const result = section(saysPort(text), "Browsers", browsers);
  const asking = put(result, `uri: "http://${shippedKeyward}"`, `uri: "${direct(first).origin}"`);
  return envoyCluster(
    envoyCluster(asking, "keyward", shippedKeyward, keyward.map(direct)),
    "protected_api",
    shippedApi,
    [api],
  );
};

function envoyCluster(text: string, name: string, shipped: string, addresses: Address[]): string {
  const [host, port] = shipped.split(":");
  const endpoints = addresses.map(
    (address) =>
      `- endpoint: { address: { socket_address: { address: "${address.host.replace(/^\[|\]$/g, "")}", port_value: ${address.port} } } }`,
  );
  let result = put(
    text,
    `- endpoint: { address: { socket_address: { address: ${host}, port_value: ${port} } } }`,
    endpoints.join("\n              "),
  );
  if (addresses.every((address) => isIpAddress(address.host))) return result;
  const [{ tls, host: serverName }] = addresses as [Address];
  const shippedHead = `    - name: ${name}\n      connect_timeout: 1s\n      type: STATIC\n`;
  const head = `    - name: ${name}\n      connect_timeout: 1s\n      type: STRICT_DNS\n`;
  result = put(result, shippedHead, tls ? head + envoyTls(serverName) : head);
  if (!tls) return result;
  const rewritten = put(
    result,
    `route: { cluster: ${name}`,
    `route: { cluster: ${name}, host_rewrite_literal: "${serverName}"`,
  );
  return rewritten.replace(
    `cluster: ${name}\n`,
    (found) => `${found}                            host_rewrite_literal: "${serverName}"\n`,
  );
}

function envoyTls(host: string): string {
  return `      transport_socket:
        name: envoy.transport_sockets.tls
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
          sni: "${host}"
          common_tls_context:
            validation_context:
              trusted_ca: { filename: ${authorities} }
              match_typed_subject_alt_names: [{ san_type: DNS, matcher: { exact: "${host}" } }]
`;
}

/** The port that the gateway listens on is left for the reader to change. */
function saysPort(text: string): string {
  return put(text, "hange the three addresses", "hange its port, 8000, to yours");
}

/** Keyward listens on 127.0.0.1 by default; for localhost, a gateway would also try ::1. */
function direct(address: Address): Address {
  if (address.host !== "localhost" || address.tls) return address;
  return { ...address, host: "127.0.0.1", origin: address.origin.replace("localhost", "127.0.0.1") };
}

function hostAndPort({ host, port }: Address): string {
  return `${host}:${port}`;
}

/** As in a Host header. */
function nameAndPort({ origin }: Address): string {
  return origin.slice(origin.indexOf("//") + 2);
}

/** Keeps or drops the parts between the lines `# NAME: …` and `# NAME end.`. The end lines are always dropped. */
function section(text: string, name: string, isKept: boolean): string {
  const part = new RegExp(`^[ \\t]*# ${name}: [^]*?\\n[ \\t]*# ${name} end\\.\\n`, "gm");
  if (!part.test(text)) throw new Error(`There is no part for "${name}".`);
  return text.replace(part, (found) =>
    isKept ? found.slice(0, found.lastIndexOf("\n", found.length - 2) + 1) : "",
  );
}
