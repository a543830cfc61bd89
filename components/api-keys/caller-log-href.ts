import { choiceText } from "@/lib/contracts/choice";
import type { KeyCaller } from "@/lib/contracts/key-callers";
import { keyAccessLogHref } from "./key-links";

const weekMs = 7 * 86_400_000;

/** The requests of a caller in the access log: of the last 7 days, or 30 if there were none. */
export function callerLogHref(
  workspaceSlug: string,
  keyId: string,
  { block, client, lastAt }: Pick<KeyCaller, "block" | "client" | "lastAt">,
): string {
  const search = new URLSearchParams({
    ...(block !== null && { ip: choiceText({ is: [block], not: [] }) }),
    ...(client !== null && { client: choiceText({ is: [client], not: [] }) }),
    range: Date.now() - Date.parse(lastAt) < weekMs ? "7d" : "30d",
  });
  return `${keyAccessLogHref(workspaceSlug, keyId)}&${search}`;
}
