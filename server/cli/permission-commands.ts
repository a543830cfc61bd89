import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { AppError } from "@/lib/contracts/app-error";
import type { PermissionCatalog } from "@/lib/contracts/permission-catalog";
import { permissionCatalogInput } from "@/lib/contracts/permission-catalog-input";
import { parseInput } from "@/lib/server/http/read-body";
import { readPermissionCatalog, replacePermissionCatalog } from "@/lib/server/keys/permission-catalog";
import { action, type Print, table } from "./command-action";

export function addPermissionCommands(program: Command): void {
  const permission = program.command("permission").description("What keys can be allowed to do.");
  permission
    .command("set")
    .description("Replace the catalog. Returns once every instance uses the new one.")
    .requiredOption("--file <path>", "JSON as PUT /api/v1/permissions takes it; - reads standard input")
    .option("--json")
    .action(action(setPermissions));
  permission.command("list").description("The catalog.").option("--json").action(action(listPermissions));
}

async function setPermissions({ file }: { file: string; json?: boolean }, print: Print): Promise<void> {
  const catalog = parseInput(await readJson(file), permissionCatalogInput);
  await replacePermissionCatalog(catalog, { ip: null, userAgent: null, requestId: null });
  printCatalog(catalog, print);
}

async function listPermissions(_options: { json?: boolean }, print: Print): Promise<void> {
  const { permissions, routes } = await readPermissionCatalog();
  printCatalog({ permissions, routes }, print);
}

function printCatalog(catalog: PermissionCatalog, print: Print): void {
  const { permissions, routes } = catalog;
  const names = permissions.map(({ name, access, title }) => [name, access, title]);
  const paths = routes.map(({ method, path, permission }) => [
    method,
    path,
    permission ?? "decided by your API",
  ]);
  const parts = [table(["NAME", "ACCESS", "TITLE"], names)];
  if (paths.length > 0) parts.push(table(["METHOD", "PATH", "PERMISSION"], paths));
  print(catalog, permissions.length === 0 ? "No permissions are declared." : parts.join("\n\n"));
}

async function readJson(file: string): Promise<unknown> {
  const text = file === "-" ? await readStandardInput() : await readFile(file, "utf8");
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError("invalid_request", `${file} is not JSON: ${(error as Error).message}`);
  }
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
