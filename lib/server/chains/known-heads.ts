import { readFile } from "node:fs/promises";
import { AppError } from "@/lib/contracts/app-error";
import { runtime } from "../runtime";
import { readCheckpoints } from "./checkpoint";

/** HMACs of seals in hexadecimal, by chain or writer and place. */
type Known = Map<string, Map<number, string>>;

const dayMs = 86_400_000;

/** The seals that a file of checkpoints names. */
export async function knownHeads(file: string | undefined): Promise<{ chains: Known; writers: Known }> {
  const known = { chains: new Map() as Known, writers: new Map() as Known };
  const { chainKeys, env } = runtime();
  if (file === undefined || !chainKeys) return known;
  const oldest = new Date(Date.now() - env.accessLogRetentionDays * dayMs).toISOString();
  for (const { at, chains, writers } of read(chainKeys, await textOf(file))) {
    add(known.chains, chains);
    // Retention may have removed a writer of before.
    if (at >= oldest) add(known.writers, writers);
  }
  return known;
}

function read(...given: Parameters<typeof readCheckpoints>): ReturnType<typeof readCheckpoints> {
  try {
    return readCheckpoints(...given);
  } catch (error) {
    throw new AppError("invalid_request", (error as Error).message);
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new AppError(
      "invalid_request",
      `${file} can't be read (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
}

function add(known: Known, heads: Record<string, [number, string]>): void {
  for (const [name, [seq, mac]] of Object.entries(heads)) {
    const places = known.get(name) ?? new Map<number, string>();
    known.set(name, places.set(seq, mac));
  }
}
