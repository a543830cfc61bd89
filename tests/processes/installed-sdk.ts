import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/**
 * Installs the package, as npm packs it, into a folder's node_modules. It is built elsewhere than in its own folder, because
 * several test files do this at once.
 */
export function installSdk(folder: string): void {
  const target = path.join(folder, "node_modules", "@keyward", "sdk");
  const packed = mkdtempSync(path.join(tmpdir(), "keyward-sdk-"));
  const built = path.join(packed, "sdk");
  mkdirSync(target, { recursive: true });
  try {
    for (const name of ["package.json", "README.md", "LICENSE"])
      cpSync(path.join(root, "sdk", name), path.join(built, name));
    const build = path.join(root, "sdk/build.mjs");
    execFileSync(process.execPath, [build, path.join(built, "dist")], { stdio: "pipe" });
    execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", packed], {
      cwd: built,
      stdio: "pipe",
    });
    execFileSync("sh", ["-c", `tar -xzf "$0"/*.tgz -C "$1" --strip-components 1`, packed, target]);
  } finally {
    rmSync(packed, { recursive: true, force: true });
  }
}

/** Links a package that is installed in the project into a folder's node_modules. */
export function linkPackage(folder: string, name: string): void {
  const target = path.join(folder, "node_modules", name);
  mkdirSync(path.dirname(target), { recursive: true });
  symlinkSync(path.join(root, "node_modules", name), target);
}
