import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Address, parseAddress } from "@/lib/client/protect/parse-address";
import { renderRecipe } from "@/lib/client/protect/render-recipe";
import { readRecipeSources } from "@/lib/server/read-recipe-sources";
import { projectRoot } from "@/server/start-runtime";
import { outputOf } from "../processes/child-output";
import { freePort } from "../processes/started-server";
import { waitUntil } from "../wait-until";

export type GatewayName = "nginx" | "caddy" | "haproxy";

type Program = {
  main: string;
  wrap?: (text: string, folder: string) => string;
  command: string[];
};
const programs: Record<GatewayName, Program> = {
  nginx: {
    main: "keyward.conf",
    // The file that we ship belongs in conf.d; this is the rest of an nginx.conf.
    wrap: (text, folder) => `
      daemon off; pid ${folder}/nginx.pid; error_log stderr;
      events {}
      http { access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
        fastcgi_temp_path ${folder}/fastcgi; uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
        ${text}
      }`,
    command: ["nginx", "-p", ".", "-c", "keyward.conf"],
  },
  caddy: {
    main: "Caddyfile",
    wrap: (text) => `{\n\tadmin off\n\tauto_https off\n}\n${text}`,
    command: ["caddy", "run", "--config", "Caddyfile"],
  },
  haproxy: {
    main: "haproxy.cfg",
    command: ["haproxy", "-db", "-f", "haproxy.cfg"],
  },
};

export type Gateway = { origin: string; port: number; stop(): Promise<void> };

/** Starts a gateway with the configuration that the page "Protect an API" shows, on a free port. */
export async function startGateway(
  name: GatewayName,
  ports: { keyward: number | [number, ...number[]]; api: number },
  workspaceId: string | null = null,
): Promise<Gateway> {
  const { main, wrap, command } = programs[name];
  const folder = mkdtempSync(path.join(tmpdir(), `keyward-${name}-`));
  const port = await freePort();
  const [first, ...others] = [ports.keyward].flat() as [number, ...number[]];
  const settings = {
    keyward: [onPort(first), ...others.map(onPort)] as [Address, ...Address[]],
    api: onPort(ports.api),
    workspaceId,
    browsers: true,
  };
  for (const file of renderRecipe(name, await readRecipeSources(projectRoot()), settings)) {
    const text = file.text
      .replace(/(^|\s)(listen |bind :|:)8000\b/m, (_, before, word) =>
        word === "listen " ? `${before}listen 127.0.0.1:${port}` : `${before}${word}${port}`,
      )
      .replace("abns@keyward-8000", `abns@keyward-${port}`);
    writeFileSync(path.join(folder, file.name), file.name === main && wrap ? wrap(text, folder) : text);
  }
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    cwd: folder,
    env: {
      NODE_ENV: "test",
      PATH: `${process.env.PATH}:/usr/sbin`,
      HOME: folder,
      XDG_DATA_HOME: folder,
      XDG_CONFIG_HOME: folder,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { output } = outputOf(child);
  await waitUntil(`${name} listens`, async () => {
    if (child.exitCode !== null) throw new Error(`${name} exited with ${child.exitCode}:\n${await output()}`);
    return isOpen(port);
  });
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    stop: async () => {
      if (child.exitCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function onPort(port: number): Address {
  return parseAddress(`http://127.0.0.1:${port}`) as Address;
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

/** A server that accepts connections and never answers. */
export async function startHungServer() {
  const sockets = new Set<{ destroy(): void }>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    /** How many connections were made so far. */
    connections: () => sockets.size,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
