import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { Refusal, run } from "./run.mjs";

const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
/** A library that gives a process another clock, with LD_PRELOAD. */
export const libfaketime = `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`;

/** The programs that tests need and npm doesn't install: Debian's package, and how to find out whether it is installed. */
const programs = {
  nginx: { name: "nginx-light", isThere: () => hasCommand("nginx") },
  caddy: { name: "caddy", isThere: () => hasCommand("caddy") },
  haproxy: { name: "haproxy", isThere: () => hasCommand("haproxy") },
  "redis-server": { name: "redis-server", isThere: () => hasCommand("redis-server") },
  pgbouncer: { name: "pgbouncer", isThere: () => hasCommand("pgbouncer") },
  curl: { name: "curl", isThere: () => hasCommand("curl") },
  // The compiler is needed too: tests give Java a source file.
  java: { name: "default-jdk-headless", isThere: () => hasCommand("java") && hasCommand("javac") },
  go: { name: "golang-go", isThere: () => hasCommand("go") },
  python3: { name: "python3", isThere: () => hasCommand("python3") },
  php: { name: "php-cli", isThere: () => hasCommand("php") },
  ruby: { name: "ruby", isThere: () => hasCommand("ruby") },
  "systemd-analyze": { name: "systemd", isThere: () => hasCommand("systemd-analyze") },
  libfaketime: { name: "libfaketime", isThere: () => existsSync(libfaketime) },
};

/**
 * Makes sure that programs are installed: installs them on Debian as root, otherwise reports what to install.
 * @param {(keyof typeof programs)[]} wanted
 */
export async function ensurePrograms(wanted) {
  const missing = wanted.filter((program) => !programs[program].isThere());
  if (missing.length === 0) return;
  const names = missing.map((program) => programs[program].name);
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.error(`Installing ${names.join(", ")} for the tests …`);
    const env = { DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update", "-q"], { env });
    await run("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...names], { env });
  }
  const absent = missing.filter((program) => !programs[program].isThere());
  if (absent.length > 0)
    throw new Refusal(`These tests need ${absent.join(", ")}; on Debian: apt-get install ${names.join(" ")}`);
}

function hasCommand(command) {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
  return spawnSync("sh", ["-c", `command -v ${command}`], { env }).status === 0;
}
