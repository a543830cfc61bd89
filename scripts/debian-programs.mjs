import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { Refusal, run } from "./run.mjs";

/** Debian's package of each gateway that the tests run, and of Redis. */
const packages = {
  nginx: "nginx-light",
  caddy: "caddy",
  haproxy: "haproxy",
  "redis-server": "redis-server",
};

/** Makes sure that the gateways and Redis are there: installs them where this is Debian and root, else says what to install. */
export async function ensureGateways() {
  const missing = Object.keys(packages).filter((program) => !isThere(program));
  if (missing.length === 0) return;
  const names = missing.map((program) => packages[program]);
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.error(`Installing ${names.join(", ")} for the tests with gateways and Redis …`);
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-q"], { env });
    await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...names], { env });
  }
  const absent = missing.filter((program) => !isThere(program));
  if (absent.length > 0)
    throw new Refusal(
      `The tests with gateways and Redis need ${absent.join(", ")}; on Debian: apt-get install ${names.join(" ")}`,
    );
}

function isThere(program) {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  return spawnSync("sh", ["-c", `command -v ${program}`], { env }).status === 0;
}
