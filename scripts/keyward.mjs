/** Runs the operator's command line. Installing and building print to standard error, because standard output may be JSON. */
import { becomeProgram } from "./become-program.mjs";
import { ensureBundled } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { root, script } from "./run.mjs";

await script(async () => {
  process.chdir(root);
  const stdio = ["ignore", process.stderr, process.stderr];
  await ensureInstalled({ stdio });
  await ensureBundled({ stdio });
  await becomeProgram("cli.mjs", process.argv.slice(2));
});
