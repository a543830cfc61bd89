import { Resolver } from "node:dns/promises";
import { AppError } from "@/lib/contracts/app-error";
import { runtime } from "../../runtime";

const timeoutMs = 2_000;
/** DNS errors that mean the record doesn't exist. Other errors mean that it isn't known. */
const nothingThere = new Set(["ENOTFOUND", "ENODATA"]);

/**
 * The TXT records of a name, from DNS_SERVERS or the system's resolver, within a few seconds.
 * @throws AppError `unavailable` if no DNS server responds.
 */
export async function findTxtRecords(name: string): Promise<string[]> {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  const { dnsServers } = runtime().env;
  if (dnsServers.length > 0) resolver.setServers(dnsServers);
  try {
    return (await resolver.resolveTxt(name)).map((parts) => parts.join(""));
  } catch (error) {
    if (nothingThere.has((error as NodeJS.ErrnoException).code ?? "")) return [];
    throw new AppError("unavailable", `The DNS lookup for ${name} failed. Try again shortly.`);
  }
}
