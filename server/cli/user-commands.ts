import { randomBytes } from "node:crypto";
import { text } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { signUpInput } from "@/lib/contracts/account-input";
import { AppError, isAppError } from "@/lib/contracts/app-error";
import { deletedAccountOwner } from "@/lib/server/accounts/users/delete-account";
import {
  disableAccount,
  enableAccount,
  endSessionsByOperator,
  requirePerson,
  resetPasswordByOperator,
  resetTwoStepByOperator,
} from "@/lib/server/accounts/users/operate-account";
import { createUserWithWorkspace } from "@/lib/server/accounts/users/sign-up";
import { parseInput } from "@/lib/server/http/read-body";
import { db, runtime } from "@/lib/server/runtime";
import { personOf } from "@/lib/server/sessions/person";
import { action, type Print, table } from "./command-action";

type PasswordOptions = { password?: string; passwordStdin?: boolean };
type PersonOptions = { email: string; json?: boolean };
type CreateOptions = PersonOptions &
  PasswordOptions & { name: string; workspace?: string; ifNotExists?: boolean };

export function addUserCommands(program: Command): void {
  const user = program.command("user").description("People who sign in.");
  user
    .command("create")
    .description(
      "Create a person with their own workspace. The password comes from KEYWARD_PASSWORD or --password-stdin, else one is generated and printed.",
    )
    .requiredOption("--email <address>")
    .requiredOption("--name <name>")
    .option("--workspace <name>", "name of their workspace")
    .option("--password <password>", "only when APP_URL is local: other users of the machine can see it")
    .option("--password-stdin", "read the password from standard input")
    .option("--if-not-exists", "succeed without a change if the address has an account")
    .option("--json")
    .action(action(createUser));
  user
    .command("reset-password")
    .description(
      "Give a person a new password and end their sessions. It comes from KEYWARD_PASSWORD or --password-stdin, else one is generated and printed.",
    )
    .requiredOption("--email <address>")
    .option("--password <password>", "only when APP_URL is local: other users of the machine can see it")
    .option("--password-stdin", "read the password from standard input")
    .option("--json")
    .action(action(resetPassword));
  const person = (
    name: string,
    description: string,
    work: (options: PersonOptions, print: Print) => Promise<void>,
  ) =>
    user
      .command(name)
      .description(description)
      .requiredOption("--email <address>")
      .option("--json")
      .action(action(work));
  person(
    "reset-two-step",
    "Remove a person's authenticator app, passkeys, email codes and recovery codes, and end their sessions.",
    resetTwoStep,
  );
  person("end-sessions", "Sign a person out everywhere.", endSessions);
  person(
    "disable",
    "Prevent a person from signing in, end their sessions and deny their API keys, until enabled again.",
    disable,
  ).addOption(
    new Option(
      "--managing-keys <decision>",
      "keep or revoke API keys that this person created, that others own, and that manage API keys",
    ).choices(["keep", "revoke"]),
  );
  person("enable", "Let a disabled person sign in again, and accept their API keys.", enable);
  user.command("list").description("All people.").option("--json").action(action(listUsers));
}

async function createUser(options: CreateOptions, print: Print): Promise<void> {
  if (options.ifNotExists) {
    const existing = await findExisting(options.email);
    if (existing) return print(existing.document, existing.text);
  }
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

/** An existing account, as `user create` would print it. Its workspace is the oldest one that the person is a member of. */
async function findExisting(email: string): Promise<{ document: object; text: string } | null> {
  const row = await db().user.findUnique({
    where: { email: email.trim().toLowerCase() },
    include: { members: { orderBy: { createdAt: "asc" }, take: 1 } },
  });
  if (!row) return null;
  const user = personOf(row);
  return {
    document: {
      user_id: user.id,
      email: user.email,
      name: user.name,
      workspace_id: row.members[0]?.workspaceId ?? null,
    },
    text: `${user.email} (${user.id}) already has an account. Nothing was changed.`,
  };
}

async function resetPassword(options: PersonOptions & PasswordOptions, print: Print): Promise<void> {
  const person = await requirePerson(options.email);
  const { password, generated } = await choosePassword(options);
  await resetPasswordByOperator(person, password);
  print(
    { user_id: person.id, email: person.email, ...(generated && { password }) },
    [
      `${person.email} has a new password and is signed out everywhere.`,
      ...(generated ? [`Password: ${password}`] : []),
    ].join("\n"),
  );
}

async function resetTwoStep({ email }: PersonOptions, print: Print): Promise<void> {
  const person = await requirePerson(email);
  await resetTwoStepByOperator(person);
  print(
    { user_id: person.id, email: person.email },
    `${person.email} has no two-step verification any more and is signed out everywhere.`,
  );
}

async function endSessions({ email }: PersonOptions, print: Print): Promise<void> {
  const person = await requirePerson(email);
  const ended = await endSessionsByOperator(person);
  print(
    { user_id: person.id, email: person.email, sessions_ended: ended },
    `${person.email} is signed out: ${ended === 1 ? "1 session" : `${ended} sessions`} ended.`,
  );
}

async function disable(
  { email, managingKeys }: PersonOptions & { managingKeys?: "keep" | "revoke" },
  print: Print,
): Promise<void> {
  const person = await requirePerson(email);
  const ownerless = await disableAccount(person, managingKeys).catch((error: unknown) => {
    if (!isAppError(error) || error.code !== "undecided_keys") throw error;
    const names = error.keys?.map(({ id, name }) => `${name} (${id})`).join(", ");
    throw new AppError(
      "undecided_keys",
      `${person.email} created API keys that others own and that manage API keys: ${names}. Run it again with --managing-keys keep or --managing-keys revoke.`,
    );
  });
  print(
    { user_id: person.id, email: person.email, disabled: true, workspaces_without_owner: ownerless },
    [
      `${person.email} is disabled: signed out everywhere, and every API key they own is denied.`,
      ...(ownerless.length > 0 ? [`No active owner is left in: ${ownerless.join(", ")}.`] : []),
    ].join("\n"),
  );
}

async function enable({ email }: PersonOptions, print: Print): Promise<void> {
  const person = await requirePerson(email);
  await enableAccount(person);
  print(
    { user_id: person.id, email: person.email, disabled: false },
    `${person.email} is enabled: they can sign in, and their API keys work again.`,
  );
}

async function choosePassword(options: PasswordOptions): Promise<{ password: string; generated: boolean }> {
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

async function listUsers(_: { json?: boolean }, print: Print): Promise<void> {
  const rows = await db().user.findMany({
    where: { id: { not: deletedAccountOwner.id }, serviceOf: null },
    orderBy: { id: "asc" },
    include: { members: { include: { workspace: true } } },
  });
  const users = rows.map((row) => ({
    user_id: row.id,
    email: personOf(row).email,
    name: row.name,
    disabled: row.disabledAt !== null,
    workspaces: row.members.map(({ role, workspace }) => ({
      workspace_id: workspace.id,
      slug: workspace.slug,
      role,
    })),
  }));
  const lines = users.map((one) => [
    one.user_id,
    one.email,
    one.disabled ? `${one.name} (disabled)` : one.name,
    one.workspaces.map(({ slug, role }) => `${slug} (${role})`).join(", "),
  ]);
  print({ users, total: users.length }, table(["ID", "EMAIL", "NAME", "WORKSPACES"], lines));
}
