import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import path from "node:path";

const sdk = path.resolve(import.meta.dirname, "../sdk");

/** Puts the built package where Node.js finds it from a folder, as an install does. */
export function installSdk(folder: string): void {
  const target = path.join(folder, "node_modules", "@keyward", "sdk");
  mkdirSync(target, { recursive: true });
  cpSync(path.join(sdk, "package.json"), path.join(target, "package.json"));
  execFileSync(process.execPath, [path.join(sdk, "build.mjs"), path.join(target, "dist")], { stdio: "pipe" });
}
