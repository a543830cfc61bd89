import { execFileSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { Refusal, root } from "./run.mjs";

/**
 * The first twelve digits of the commit that is built, with `.modified` if these sources differ from it. A build without a repository,
 * such as that of an image, gets it in KEYWARD_COMMIT. Empty if neither is there, or if it is `unknown`.
 */
export function findCommit(sourcePaths) {
  const given = process.env.KEYWARD_COMMIT;
  if (given === "unknown") return "";
  if (given) {
    if (/^[0-9a-f]{7,64}$/.test(given)) return given.slice(0, 12);
    throw new Refusal("KEYWARD_COMMIT must be a commit: 7 to 64 hexadecimal digits.");
  }
  const [folder, commit] = askGit(["rev-parse", "--show-toplevel", "HEAD"]).split("\n");
  // Sources that were unpacked inside another project's repository have no commit of their own.
  if (!commit || realpathSync(folder) !== realpathSync(root)) return "";
  const changes = askGit(["status", "--porcelain", "--", ...sourcePaths]);
  return commit.slice(0, 12) + (changes === "" ? "" : ".modified");
}

/** Empty if there is no Git or no repository. */
function askGit(args) {
  try {
    const options = { cwd: root, encoding: "utf8", timeout: 10_000, stdio: ["ignore", "pipe", "ignore"] };
    return execFileSync("git", args, options).trim();
  } catch {
    return "";
  }
}
