import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { handOverSignals, root } from "./run.mjs";

/**
 * Runs one of the programs in `dist` in this process, so that signals, standard streams and the exit code are the program's, and
 * killing the process leaves nothing behind.
 */
export async function becomeProgram(name, args) {
  handOverSignals();
  process.setSourceMapsEnabled(true);
  const path = join(root, "dist", name);
  process.argv = [process.execPath, path, ...args];
  await import(pathToFileURL(path).href);
}
