import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

/**
 * The packages of package-lock.json that are installed in production, by their paths: `node_modules/a/node_modules/b`. Those for other
 * platforms are among them.
 */
export function productionPackages(packages = readLock()) {
  return new Map(Object.entries(packages).filter(([path, { dev, link }]) => path !== "" && !dev && !link));
}

export function readLock() {
  return JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
}

/** `@scope/name` of `node_modules/x/node_modules/@scope/name`. */
export function nameOf(path) {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

/** Where Node.js finds a dependency of the package at `owner`; the empty path is the project's. Undefined if it isn't locked. */
export function findDependency(packages, owner, name) {
  for (let folder = owner; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    const path = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (packages.has(path)) return path;
    if (folder === "") return undefined;
  }
}
