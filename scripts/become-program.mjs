import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { handOverSignals, root } from "./run.mjs";

/**
 * Goes on as one of the programs in `dist`, in this very process: its signals, standard streams and exit code are the
 * program's own, and nothing is left behind when either is killed.
 */
export async function becomeProgram(name, args) {
  handOverSignals();
  process.setSourceMapsEnabled(true);
  const path = join(root, "dist", name);
  process.argv = [process.execPath, path, ...args];
  await import(pathToFileURL(path).href);
}
