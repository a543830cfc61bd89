import { spawnSync } from "node:child_process";

/** Debian's package of each gateway that the tests run. */
const packages = { nginx: "nginx-light", caddy: "caddy", haproxy: "haproxy" };
const path = `${process.env.PATH}:/usr/sbin`;

/** Installs the gateways that are missing, where apt and root allow it. @throws with one sentence that says what to install. */
export function ensureGateways() {
  const missing = Object.keys(packages).filter((program) => !isThere(program));
  if (missing.length === 0) return;
  const names = missing.map((program) => packages[program]);
  const command = `apt-get update && apt-get install -y --no-install-recommends ${names.join(" ")}`;
  if (process.getuid?.() === 0)
    // A package that starts itself would take ports that are not ours.
    spawnSync(
      "sh",
      [
        "-c",
        `printf 'exit 101' > /usr/sbin/policy-rc.d 2>/dev/null; chmod +x /usr/sbin/policy-rc.d; ${command}; rm -f /usr/sbin/policy-rc.d`,
      ],
      {
        stdio: ["ignore", "ignore", "inherit"],
        env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
        timeout: 300_000,
      },
    );
  const absent = missing.filter((program) => !isThere(program));
  if (absent.length > 0) throw new Error(`These tests need ${absent.join(", ")}. On Debian: ${command}`);
}

function isThere(program) {
  return (
    spawnSync("sh", ["-c", `command -v ${program}`], { env: { ...process.env, PATH: path } }).status === 0
  );
}
