import { type Command, Option } from "commander";
import { PostgresKeys } from "@/lib/engine/postgres/key-store";
import { runtime } from "@/lib/server/runtime";
import { action, type Print } from "./command-action";
import { type ScannerFormat, scannerFormats, scannerRules } from "./scanner-rules";

type RuleOptions = { format: ScannerFormat; json?: boolean };

export function addLeakCommands(program: Command): void {
  const leak = program.command("leak").description("Finding leaked keys.");
  leak
    .command("rules")
    .description("A configuration with which a secret scanner finds keys of this server.")
    .addOption(
      new Option("--format <format>", "the scanner").choices(Object.keys(scannerFormats)).default("gitleaks"),
    )
    .option("--json")
    .action(action(printRules));
}

async function printRules({ format }: RuleOptions, print: Print): Promise<void> {
  const { env, pool } = runtime();
  const formats = await new PostgresKeys(pool).loadFormats(env.apiKeyPrefix);
  const rules = scannerRules(formats, env.apiKeyPrefix, env.productName);
  print({ rules }, scannerFormats[format](rules));
}
