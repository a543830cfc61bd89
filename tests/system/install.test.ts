import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { outputOf } from "../processes/child-output";

/** A project with our scripts and two packages, which come from a registry in this test. */
const project = mkdtempSync(path.join(tmpdir(), "keyward-install-"));
const names = ["first-package", "second-package"];
const packed = new Map<string, Buffer>();
let answer: (name: string, response: ServerResponse) => void;
let registry: Server;

const serve: typeof answer = (name, response) => response.end(packed.get(name));
const installed = (name: string, file: string) => path.join(project, "node_modules", name, file);

beforeAll(async () => {
  registry = createServer((request, response) => answer(path.basename(request.url ?? "", ".tgz"), response));
  registry.listen(0, "127.0.0.1");
  await once(registry, "listening");
  const { port } = registry.address() as AddressInfo;
  mkdirSync(path.join(project, "scripts"));
  for (const name of ["install", "run", "stop-with-parent"])
    cpSync(path.resolve(`scripts/${name}.mjs`), path.join(project, "scripts", `${name}.mjs`));
  const lock: Record<string, object> = {
    "": {
      name: "project",
      version: "1.0.0",
      dependencies: Object.fromEntries(names.map((n) => [n, "1.0.0"])),
    },
  };
  for (const name of names) {
    const folder = path.join(project, "packing", "package");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0" }));
    writeFileSync(path.join(folder, "index.js"), "");
    packed.set(name, execFileSync("tar", ["-cz", "-C", path.dirname(folder), "package"]));
    lock[`node_modules/${name}`] = { version: "1.0.0", resolved: `http://127.0.0.1:${port}/${name}.tgz` };
  }
  writeFileSync(path.join(project, "package.json"), JSON.stringify(lock[""]));
  writeFileSync(
    path.join(project, "package-lock.json"),
    JSON.stringify({ name: "project", version: "1.0.0", lockfileVersion: 3, requires: true, packages: lock }),
  );
  writeFileSync(path.join(project, ".npmrc"), `cache=${path.join(project, "cache")}\nfetch-retries=0\n`);
});

afterAll(() => {
  registry.closeAllConnections();
  registry.close();
  rmSync(project, { recursive: true, force: true });
});

function startInstallation() {
  const { npm_execpath: _, npm_lifecycle_event: __, ...env } = process.env;
  return spawn(process.execPath, ["scripts/install.mjs"], {
    //DBG
    cwd: project,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** @returns Whether npm ran. */
async function install(): Promise<boolean> {
  const child = startInstallation();
  const printed = outputOf(child);
  const [code] = await once(child, "exit");
  const output = await printed.output();
  expect(code, output).toBe(0);
  for (const name of names) expect(existsSync(installed(name, "index.js"))).toBe(true);
  return output.includes("Installing");
}

test("killing an installation leaves no npm process, and the next one is complete", async () => {
  // The first package is delivered, the second never.
  const npmEnded = new Promise<void>((resolve) => {
    answer = (name, response) => {
      if (name === names[0]) return serve(name, response);
      child.kill("SIGKILL");
      response.once("close", resolve);
    };
  });
  const child = startInstallation();
  await once(child, "exit");
  await npmEnded;
  answer = serve;
  expect(await install()).toBe(true);
  expect(await install()).toBe(false);
}, 60_000);

test("missing packages are noticed, even though npm's record still has them", async () => {
  const record = readFileSync(path.join(project, "node_modules", ".package-lock.json"));
  rmSync(installed("second-package", ""), { recursive: true });
  expect(record.toString()).toContain("second-package");
  expect(await install()).toBe(true);
}, 60_000);
