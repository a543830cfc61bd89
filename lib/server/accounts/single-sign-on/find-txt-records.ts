import { Resolver } from "node:dns/promises";
import { AppError } from "@/lib/contracts/app-error";
import { runtime } from "../../runtime";

const timeoutMs = 2_000;
/** Answers that say there is nothing there; any other failure says nothing. */
const nothingThere = new Set(["ENOTFOUND", "ENODATA"]);

/**
 * The TXT records of a name, asked of DNS_SERVERS or the machine's own, within some seconds.
 * @throws AppError `unavailable` where nobody answers.
 */
export async function findTxtRecords(name: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  const { dnsServers } = runtime().env;
  if (dnsServers.length > 0) resolver.setServers(dnsServers);
  try {
    return (await resolver.resolveTxt(name)).map((parts) => parts.join(""));
  } catch (error) {
    if (nothingThere.has((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw new AppError("unavailable", `The DNS could not be asked for ${name}. Try again shortly.`);
  }
}
