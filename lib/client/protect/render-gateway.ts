import { type Address, isIpAddress } from "./parse-address";
import { put } from "./put";
import type { Render } from "./recipe-settings";

/** Where Keyward and the API are in what is shipped. */
const shippedKeyward = "127.0.0.1:3000";
const shippedApi = "127.0.0.1:8080";
/** Debian's, and most others'. */
const authorities = "/etc/ssl/certs/ca-certificates.crt";

export const renderNginx: Render = (text, { keyward, api, workspaceId }) => {
  let result = put(saysPort(text), `server ${shippedKeyward};`, `server ${hostAndPort(direct(keyward))};`);
  result = put(result, `server ${shippedApi};`, `server ${hostAndPort(api)};`);
  if (workspaceId) result = put(result, "?deny=auth_request", `?deny=auth_request&workspace=${workspaceId}`);
  if (keyward.tls) result = nginxTls(result, "keyward", keyward, "");
  if (api.tls) result = nginxTls(result, "protected_api", api, "    proxy_set_header Host $host;\n");
  return result;
};

/** Asks by https, for the name that stands in the certificate. */
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

export const renderCaddy: Render = (text, { keyward, api, workspaceId }) => {
  const asked = caddyUpstream(direct(keyward));
  let result = put(saysPort(text), shippedKeyward, asked);
  result = put(result, shippedApi, caddyUpstream(api));
  if (workspaceId) {
    result = put(result, "uri /api/forward-auth?", `uri /api/forward-auth?workspace=${workspaceId}`);
    result = put(result, "The question mark drops", "What stands behind the question mark replaces");
  }
  const host = "header_up Host {upstream_hostport}";
  if (keyward.tls) {
    result = put(result, `@keyward ${asked}`, `@keyward ${asked} {\n\t\t\t${host}\n\t\t}`);
    result = put(result, `forward_auth ${asked} {`, `forward_auth ${asked} {\n\t\t\t${host}`);
    result = put(result, "transport http {", "transport http {\n\t\t\t\ttls");
  }
  if (api.tls) result = put(result, `proxy ${api.origin} {`, `proxy ${api.origin} {\n\t\t\t${host}`);
  return result;
};

/** Without a scheme, as it is shipped, where there is no TLS. */
function caddyUpstream(address: Address): string {
  return address.tls ? address.origin : hostAndPort(address);
}

/** Both of HAProxy's files: only one of them speaks of the API, and only the other one of the workspace. */
export const renderHaproxy: Render = (text, { keyward, api, workspaceId }) => {
  if (text.startsWith("--")) {
    const parameters = workspaceId ? `?workspace=${workspaceId}` : "";
    const question = "/api/forward-auth";
    return put(text, `http://${shippedKeyward}${question}`, direct(keyward).origin + question + parameters);
  }
  let result = saysPort(text);
  for (const [name, shipped, address] of [
    ["keyward", shippedKeyward, direct(keyward)],
    ["api", shippedApi, api],
  ] as const) {
    const tls = ` ssl verify required ca-file @system-ca sni str(${address.host})`;
    const server = `  server ${name} ${hostAndPort(address)}`;
    const host = `  http-request set-header Host ${nameAndPort(address)}\n`;
    result = put(result, `  server ${name} ${shipped}`, address.tls ? host + server + tls : server);
  }
  return result;
};

export const renderTraefik: Render = (text, { keyward, api, workspaceId }) => {
  const head = "Change the three addresses and the entry point.";
  let result = put(text, head, "Its entry point is called web: change that to yours.");
  result = put(result, `http://${shippedKeyward}`, direct(keyward).origin);
  result = put(result, `http://${shippedApi}`, api.origin);
  if (workspaceId) result = put(result, '/api/forward-auth"', `/api/forward-auth?workspace=${workspaceId}"`);
  for (const address of [keyward, api]) {
    const servers = `        servers:\n          - url: "${address.origin}"`;
    // By https it is asked for by the name in its certificate, not by the client's.
    if (address.tls) result = put(result, servers, `        passHostHeader: false\n${servers}`);
  }
  return result;
};

export const renderEnvoy: Render = (text, { keyward, api }) => {
  let result = put(saysPort(text), `uri: "http://${shippedKeyward}"`, `uri: "${direct(keyward).origin}"`);
  result = envoyCluster(result, "keyward", shippedKeyward, direct(keyward));
  return envoyCluster(result, "protected_api", shippedApi, api);
};

function envoyCluster(text: string, name: string, shipped: string, address: Address): string {
  const [host, port] = shipped.split(":");
  const bare = address.host.replace(/^\[|\]$/g, "");
  let result = put(
    text,
    `{ address: ${host}, port_value: ${port} }`,
    `{ address: "${bare}", port_value: ${address.port} }`,
  );
  if (isIpAddress(address.host)) return result;
  const shippedHead = `    - name: ${name}\n      connect_timeout: 1s\n      type: STATIC\n`;
  const head = `    - name: ${name}\n      connect_timeout: 1s\n      type: STRICT_DNS\n`;
  result = put(result, shippedHead, address.tls ? head + envoyTls(address.host) : head);
  if (!address.tls) return result;
  return put(result, `{ cluster: ${name} }`, `{ cluster: ${name}, host_rewrite_literal: "${address.host}" }`);
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

/** The port to listen on is the one address that stays as it is shipped. */
function saysPort(text: string): string {
  return put(text, "hange the three addresses", "hange its port, 8000, to yours");
}

/** Keyward listens on 127.0.0.1 where it is not told otherwise; a gateway would try localhost's other address as well. */
function direct(address: Address): Address {
  if (address.host !== "localhost" || address.tls) return address;
  return { ...address, host: "127.0.0.1", origin: address.origin.replace("localhost", "127.0.0.1") };
}

function hostAndPort({ host, port }: Address): string {
  return `${host}:${port}`;
}

/** As a Host header says it. */
function nameAndPort({ origin }: Address): string {
  return origin.slice(origin.indexOf("//") + 2);
}
