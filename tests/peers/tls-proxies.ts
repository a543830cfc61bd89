import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../processes/started-server";
import { waitUntil } from "../wait-until";

export type TlsProxy = { httpPort: number; httpsPort: number; output(): string; stop(): Promise<void> };

const recipes = path.resolve(import.meta.dirname, "../../deploy/tls");
const certificates = path.join(import.meta.dirname, "certificates");
const certificate = path.join(certificates, "receiver.pem");
const key = path.join(certificates, "receiver-key.pem");

/** Starts a proxy with the file of deploy/tls, for the name localhost, in front of Keyward on a port. */
export async function startTlsProxy(name: "nginx" | "caddy", keywardPort: number): Promise<TlsProxy> {
  const folder = mkdtempSync(path.join(tmpdir(), `keyward-tls-${name}-`));
  const [httpPort, httpsPort] = [await freePort(), await freePort()];
  const ports = { httpPort, httpsPort, keywardPort };
  const file = path.join(folder, "proxy.conf");
  writeFileSync(file, name === "nginx" ? nginxFile(folder, ports) : caddyFile(ports));
  const command =
    name === "nginx"
      ? ["nginx", "-p", folder, "-c", file]
      : ["caddy", "run", "--adapter", "caddyfile", "--config", file];
  const child = spawn(command[0] as string, command.slice(1), {
    cwd: folder,
    env: {
      NODE_ENV: "test",
      PATH: `${process.env.PATH}:/usr/sbin`,
      HOME: folder,
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
      KEYWARD_SITE: "localhost",
      KEYWARD_UPSTREAM: `127.0.0.1:${keywardPort}`,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  child.on("error", (error) => (output += error.message));
  await waitUntil(`${name} listens`, async () => {
    if (child.exitCode !== null) throw new Error(`${name} exited with ${child.exitCode}:\n${output}`);
    return (await isOpen(httpPort)) && (await isOpen(httpsPort));
  });
  return {
    httpPort,
    httpsPort,
    output: () => output,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Ports = { httpPort: number; httpsPort: number; keywardPort: number };

/** The file belongs into conf.d; this is the rest of an nginx.conf. */
function nginxFile(folder: string, { httpPort, httpsPort, keywardPort }: Ports): string {
  const text = readFileSync(path.join(recipes, "nginx.conf"), "utf8")
    .replace("listen 80;", `listen 127.0.0.1:${httpPort};`)
    .replace("listen 443 ", `listen 127.0.0.1:${httpsPort} `)
    .replace("127.0.0.1:3000", `127.0.0.1:${keywardPort}`)
    .replace(/ssl_certificate .*;/, `ssl_certificate ${certificate};`)
    .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${key};`)
    .replaceAll("console.example.com", "localhost");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
    .join(" ");
  return `daemon off; pid ${folder}/nginx.pid; error_log stderr; events {}
    http { access_log off; ${temporary} ${text} }`;
}

function caddyFile({ httpPort, httpsPort }: Ports): string {
  const text = readFileSync(path.join(recipes, "Caddyfile"), "utf8");
  const site = /^(\{\$KEYWARD_SITE:[^}]*\} \{)$/m;
  if (!site.test(text)) throw new Error("The Caddyfile has no block for the site.");
  return `{\n\tadmin off\n\tdefault_bind 127.0.0.1\n\thttp_port ${httpPort}\n\thttps_port ${httpsPort}\n}\n${text.replace(site, `$1\n\ttls ${certificate} ${key}`)}`;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
