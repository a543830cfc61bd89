import { Command, CommanderError } from "commander";
import { isAppError } from "@/lib/contracts/app-error";
import { parseEnv } from "@/lib/server/env";
import { maskSecrets } from "@/lib/server/mask-secrets";
import { programVersion } from "@/lib/server/version";
import { addAccessLogCommands } from "./access-log-commands";
import { addAuditCommands } from "./audit-commands";
import { addDatabaseCommands } from "./database-commands";
import { addDoctorCommand } from "./doctor-command";
import { addEncryptionKeyCommands } from "./encryption-key-commands";
import { addEventCommands } from "./event-commands";
import { addKeyCommands } from "./key-commands";
import { addLeakCommands } from "./leak-commands";
import { addPermissionCommands } from "./permission-commands";
import { addSecretCommands } from "./secret-commands";
import { addServiceTokenCommands } from "./service-token-commands";
import { addUserCommands } from "./user-commands";
import { addWorkspaceCommands } from "./workspace-commands";

/** The operator's command line. A failure exits 1 with one line on standard error. */
const program = new Command("keyward")
  .description("The operator's command line of Keyward.")
  .version(programVersion)
  .exitOverride()
  .showSuggestionAfterError(false);
program.configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "")) });
addUserCommands(program);
addWorkspaceCommands(program);
addKeyCommands(program);
addAccessLogCommands(program);
addAuditCommands(program);
addPermissionCommands(program);
addEventCommands(program);
addLeakCommands(program);
addEncryptionKeyCommands(program);
addSecretCommands(program);
addServiceTokenCommands(program);
addDatabaseCommands(program);
addDoctorCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode);
  console.error(maskEnvironment(sentenceOf(error)));
  process.exit(1);
}

/** Libraries may put an address with its password into an error. */
function maskEnvironment(text: string): string {
  try {
    return maskSecrets(parseEnv(process.env).secrets)(text);
  } catch {
    // A setting is wrong. The message says which, and doesn't repeat it.
    return text;
  }
}

function sentenceOf(error: unknown): string {
  if (isAppError(error) && error.fields)
    return Object.entries(error.fields)
      .map(([field, message]) => `${field}: ${message}`)
      .join(" ");
  // Prisma's messages are long, and the reason is in their last line. Errors of node:net may have only a code.
  const lines = (error as Error).message.split("\n").filter((line) => line.trim() !== "");
  return lines.at(-1) ?? `The command failed (${(error as NodeJS.ErrnoException).code ?? "unknown reason"}).`;
}
