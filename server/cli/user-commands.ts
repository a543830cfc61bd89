import { randomBytes } from "node:crypto";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { signUpInput } from "@/lib/contracts/account-input";
import { AppError } from "@/lib/server/app-error";
import { parseInput } from "@/lib/server/http/read-body";
import { db, runtime } from "@/lib/server/runtime";
import { nobody } from "@/lib/server/users/delete-account";
import { personOf } from "@/lib/server/users/person";
import { createUserWithWorkspace } from "@/lib/server/users/sign-up";
import { action, table } from "./command-action";

type CreateOptions = {
  email: string;
  name: string;
  workspace?: string;
  password?: string;
  passwordStdin?: boolean;
  json?: boolean;
};

export function addUserCommands(program: Command): void {
  const user = program.command("user").description("People who sign in.");
  user
    .command("create")
    .description(
      "Create a person with their own workspace. The password comes from KEYWARD_PASSWORD or --password-stdin, else one is made and printed.",
    )
    .requiredOption("--email <address>")
    .requiredOption("--name <name>")
    .option("--workspace <name>", "name of their workspace")
    .option("--password <password>", "only where APP_URL is local: others on the machine can see it")
    .option("--password-stdin", "read the password from standard input")
    .option("--json")
    .action(action(createUser));
  user.command("list").description("All people.").option("--json").action(action(listUsers));
}

async function createUser(
  options: CreateOptions,
  print: (document: unknown, text: string) => void,
): Promise<void> {
  const { password, generated } = await choosePassword(options);
  const workspaceName = options.workspace ?? `${options.name}'s workspace`;
  const input = parseInput(
    { email: options.email, name: options.name, workspaceName, password },
    signUpInput,
  );
  const { user, workspace } = await createUserWithWorkspace(input, {
    ip: null,
    userAgent: "keyward",
    requestId: null,
  });
  const document = { user_id: user.id, email: user.email, name: user.name, workspace_id: workspace.id };
  print(
    { ...document, ...(generated && { password }) },
    [
      `Created ${user.email} (${user.id}) with the workspace ${workspace.name} (${workspace.slug}).`,
      ...(generated ? [`Password: ${password}`] : []),
    ].join("\n"),
  );
}

async function choosePassword(options: CreateOptions): Promise<{ password: string; generated: boolean }> {
  if (options.password !== undefined) {
    if (!runtime().env.local)
      throw new AppError(
        "invalid_request",
        "--password is for a local server only. Use --password-stdin or KEYWARD_PASSWORD.",
      );
    return { password: options.password, generated: false };
  }
  if (options.passwordStdin)
    return { password: (await text(process.stdin)).replace(/\r?\n$/, ""), generated: false };
  if (process.env.KEYWARD_PASSWORD) return { password: process.env.KEYWARD_PASSWORD, generated: false };
  return { password: randomBytes(15).toString("base64url"), generated: true };
}

async function listUsers(
  _: { json?: boolean },
  print: (document: unknown, text: string) => void,
): Promise<void> {
  const rows = await db().user.findMany({
    where: { id: { not: nobody.id }, serviceOf: null },
    orderBy: { id: "asc" },
    include: { members: { include: { workspace: true } } },
  });
  const users = rows.map((row) => ({
    user_id: row.id,
    email: personOf(row).email,
    name: row.name,
    workspaces: row.members.map(({ role, workspace }) => ({
      workspace_id: workspace.id,
      slug: workspace.slug,
      role,
    })),
  }));
  const lines = users.map((one) => [
    one.user_id,
    one.email,
    one.name,
    one.workspaces.map(({ slug, role }) => `${slug} (${role})`).join(", "),
  ]);
  print({ users, total: users.length }, table(["ID", "EMAIL", "NAME", "WORKSPACES"], lines));
}
