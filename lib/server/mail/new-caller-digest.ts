import { choiceText } from "@/lib/contracts/choice";
import type { Prisma } from "../generated/prisma/client";
import { runtime } from "../runtime";
import type { Recipient } from "./expiry-notices";
import { queueMail } from "./queue-mail";
import { momentIn, quoted, unlinked } from "./words";

/** A caller that a key wasn't used by before. Texts that the log doesn't know are empty. */
export type NewCaller = {
  address: string;
  client: string;
  method: string;
  route: string;
  ip: string | null;
  firstAt: Date;
  key: { id: string; name: string; prefix: string; suffix: string };
  workspace: { name: string; slug: string };
};

/** Callers that a mail lists. */
const mostCallers = 50;

/** Tells a person of new callers, in one mail for all their keys. Callers of one key follow each other. */
export async function notifyNewCallers(
  transaction: Prisma.TransactionClient,
  { email, timeZone }: Recipient,
  callers: readonly NewCaller[],
): Promise<void> {
  const [first] = callers;
  if (!first) return;
  const listed = callers.slice(0, mostCallers);
  const keys = [...new Map(listed.map((caller) => [caller.key.id, caller])).values()];
  const rest = callers.length - listed.length;
  const isOneKey = new Set(callers.map(({ key }) => key.id)).size === 1;
  await queueMail(transaction, {
    to: email,
    subject: subjectOf(callers.length, isOneKey),
    paragraphs: [
      `${callers.length === 1 ? "This caller" : "These callers"} used a key for the first time. A caller is a client and the address range that it calls from. Denied requests count, too.`,
      ...keys.map((caller) => {
        const ofKey = ({ key }: NewCaller) => key.id === caller.key.id;
        const log = isOneKey
          ? []
          : [`Access log: ${new URL(logPath(callers.filter(ofKey)), runtime().env.appUrl).href}`];
        return [
          titleOf(caller),
          ...listed.filter(ofKey).map((one) => callerLine(one, timeZone ?? "UTC")),
          ...log,
        ].join("\n");
      }),
      ...(rest > 0 ? [`And ${rest} more.`] : []),
      "If you don't recognize a caller, disable or rotate the key. To stop these emails, edit the key.",
    ],
    ...(isOneKey && { action: { label: "Open the access log", path: logPath(callers) } }),
  });
}

function subjectOf(callers: number, isOneKey: boolean): string {
  if (callers === 1) return "A new caller used an API key";
  return `${callers} new callers used ${isOneKey ? "an API key" : "your API keys"}`;
}

function titleOf({ key: { name, prefix, suffix }, workspace }: NewCaller): string {
  return `${quoted(masked(name))} (${prefix}…${suffix}) in ${quoted(masked(workspace.name))}`;
}

function callerLine({ address, client, method, route, ip, firstAt }: NewCaller, timeZone: string): string {
  return [
    ip ?? (address || "Unknown address"),
    client === "" ? "unknown client" : unlinked(masked(client)),
    unlinked(masked(`${method} ${route}`)),
    `first seen ${momentIn(firstAt, timeZone)}`,
  ].join(" · ");
}

/** The log of the callers' key: of the caller, if there is one. */
function logPath(callers: readonly NewCaller[]): string {
  const [{ key, workspace, address, client }] = callers as [NewCaller];
  const isOne = callers.length === 1;
  const search = new URLSearchParams({
    key: choiceText({ is: [key.id], not: [] }),
    ...(isOne && address && { ip: choiceText({ is: [address], not: [] }) }),
    ...(isOne && client && { client: choiceText({ is: [client], not: [] }) }),
    range: "7d",
  });
  return `/${workspace.slug}/settings/api/access-logs?${search}`;
}

/** A client or a name may be a pasted secret. */
function masked(text: string): string {
  return runtime().engine.keyFormats.mask(text);
}
