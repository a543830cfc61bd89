import path from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { emailAddress } from "@/lib/contracts/names";
import { examine } from "@/lib/server/doctor/examine";
import { type Finding, reasonOf } from "@/lib/server/doctor/finding";
import { findRunningPostgres } from "../embedded-postgres/running-postgres";
import { projectRoot } from "../start-runtime";
import { countSeverities, reportText } from "./doctor-report";

/** Exit codes of `doctor`. */
const exitCodes = { well: 0, problem: 1, couldNotRun: 2 };

type Options = { sendTestMail?: string; json?: boolean };

export function addDoctorCommand(program: Command): void {
  program
    .command("doctor")
    .description(
      "Check the settings, and ask the database, the server and everything else they name. Exits with 1 if there is a problem, and with 2 if the check couldn't run.",
    )
    .option("--send-test-mail <address>", "also send a mail to this address", oneAddress)
    .option("--json")
    .exitOverride((error) => {
      if (error.exitCode !== exitCodes.well) error.exitCode = exitCodes.couldNotRun;
      throw error;
    })
    .action(run);
}

function oneAddress(text: string): string {
  const { data, error } = emailAddress.safeParse(text);
  if (data === undefined)
    throw new InvalidArgumentError(error?.issues[0]?.message ?? "Enter an email address.");
  return data;
}

/** Starts no runtime: that needs a database, which may be what is wrong, and would change it. */
async function run({ sendTestMail, json }: Options): Promise<void> {
  let findings: Finding[];
  try {
    findings = await examine({
      source: process.env,
      findEmbedded: findRunningPostgres,
      migrationsFolder: path.join(projectRoot(), "prisma/migrations"),
      sendTestMailTo: sendTestMail ?? null,
    });
  } catch (error) {
    return end(`${reasonOf(error)}\n`, process.stderr, exitCodes.couldNotRun);
  }
  const counts = countSeverities(findings);
  const text = json ? JSON.stringify({ findings, ...counts }) : reportText(findings);
  return end(`${text}\n`, process.stdout, counts.problems > 0 ? exitCodes.problem : exitCodes.well);
}

/** Exits once the text is written, although a check that hangs may still have an open connection. */
function end(text: string, stream: NodeJS.WriteStream, code: number): Promise<never> {
  return new Promise(() => stream.write(text, () => process.exit(code)));
}
