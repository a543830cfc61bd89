/** Gets from a fresh clone to a running Keyward: installs, builds what has changed, and starts the server. */
import { becomeProgram } from "./become-program.mjs";
import { ensureBuilt } from "./build.mjs";
import { ensureInstalled } from "./install.mjs";
import { root, script } from "./run.mjs";

await script(async () => {
  process.chdir(root);
  await ensureInstalled();
  await ensureBuilt();
  process.env.NODE_ENV = "production";
  process.env.KEYWARD_QUICKSTART = "1";
  await becomeProgram("server.mjs", process.argv.slice(2));
});
