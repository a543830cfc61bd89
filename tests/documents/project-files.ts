import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { projectRoot } from "@/server/start-runtime";

/** Generated and installed files. */
const notOurs = new Set(["node_modules", ".git", ".next", "dist", ".data", "generated", "test-results"]);

/** All text files of the project, as paths from the root with slashes. */
export function projectFiles(): string[] {
  return filesIn("").filter((file) =>
    /\.(md|[cm]?js|tsx?|json|css|prisma|sql|conf|cfg|lua|ya?ml|sh)$|Caddyfile$/.test(file),
  );
}

export function readProjectFile(file: string): string {
  return readFileSync(path.join(projectRoot(), file), "utf8");
}

function filesIn(folder: string): string[] {
  return readdirSync(path.join(projectRoot(), folder), { withFileTypes: true }).flatMap((entry) => {
    const inside = path.posix.join(folder, entry.name);
    if (!entry.isDirectory()) return [inside];
    return notOurs.has(entry.name) ? [] : filesIn(inside);
  });
}
