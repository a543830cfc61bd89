import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { AppError, invalidField } from "@/lib/contracts/app-error";
import { parseClientJson } from "@/lib/contracts/client-json";
import { deliveryStatuses, mostReplayed } from "@/lib/contracts/deliveries";
import {
  deliveryListQuery,
  eventListQuery,
  replayInput,
  sendEventInput,
} from "@/lib/contracts/event-subscription-input";
import { type SystemActor, systemActor } from "@/lib/server/actor";
import { countReplay, listDeliveries, replayEvents } from "@/lib/server/events/deliveries";
import { deliverySummaryJson, subscriptionJson } from "@/lib/server/events/event-json";
import { listEvents } from "@/lib/server/events/list-events";
import { listSubscriptions } from "@/lib/server/events/manage-subscriptions";
import { sendEvent } from "@/lib/server/events/send-event";
import { parseInput } from "@/lib/server/http/read-body";
import { db } from "@/lib/server/runtime";
import { requireWorkspace } from "@/lib/server/workspaces/require-workspace";
import { action, type Print, table } from "./command-action";

type Named = { workspace: string; json?: boolean };
type Filters = { type?: string; from?: string; to?: string; limit: string; cursor?: string; json?: boolean };
type ReplayOptions = { subscription: string; from: string; to: string; yes?: boolean; json?: boolean };
type SendOptions = Named & { type: string; data: string; idempotencyKey?: string };

/** As much as a request to the service API may have. */
const mostBytes = 64 * 1024;

export function addEventCommands(program: Command): void {
  const events = program.command("events").description("Events and their deliveries.");
  withFilters(
    events
      .command("list")
      .description("A workspace's events, newest first.")
      .requiredOption("--workspace <workspace>", "id, slug or unambiguous name"),
  ).action(action(listWorkspaceEvents));
  events
    .command("subscriptions")
    .description("A workspace's event subscriptions.")
    .requiredOption("--workspace <workspace>", "id, slug or unambiguous name")
    .option("--json")
    .action(action(listWorkspaceSubscriptions));
  withFilters(
    events
      .command("deliveries")
      .description("A subscription's deliveries, newest first.")
      .requiredOption("--subscription <id>")
      .addOption(new Option("--status <status>").choices(deliveryStatuses)),
  ).action(action(listSubscriptionDeliveries));
  events
    .command("replay")
    .description("Send earlier events to a subscription again. Without --yes, only say how many.")
    .requiredOption("--subscription <id>")
    .requiredOption("--from <time>", "RFC 3339, such as 2026-11-26T09:00:00Z")
    .requiredOption("--to <time>", "RFC 3339")
    .option("--yes", "send them")
    .option("--json")
    .action(action(replay));
  events
    .command("send")
    .description("Send an event of your own to a workspace's subscriptions.")
    .requiredOption("--workspace <workspace>", "id, slug or unambiguous name")
    .requiredOption("--type <type>", "such as invoice.paid")
    .requiredOption("--data <json>", "a JSON object, @FILE with one, or @- for standard input")
    .option("--idempotency-key <key>", "a repeat with the same key sends no second event")
    .option("--json")
    .action(action(send));
}

function withFilters(command: Command): Command {
  return command
    .option("--type <type>", "such as api_key.revoked")
    .option("--from <time>", "RFC 3339, such as 2026-11-26T09:00:00Z")
    .option("--to <time>", "RFC 3339")
    .option("--limit <number>", "1 to 100", "50")
    .option("--cursor <cursor>", "nextCursor of the previous page")
    .option("--json");
}

async function listWorkspaceEvents(
  { workspace, json: _, ...filters }: Filters & Named,
  print: Print,
): Promise<void> {
  const query = parseInput(filters, eventListQuery);
  const page = await listEvents(await operatorIn(workspace), query);
  const lines = page.events.map(({ createdAt, type, keyId, id }) => [createdAt, type, keyId ?? "-", id]);
  print(page, table(["AT", "TYPE", "KEY", "EVENT"], lines));
}

async function listWorkspaceSubscriptions({ workspace }: Named, print: Print): Promise<void> {
  const found = await listSubscriptions(await operatorIn(workspace));
  const lines = found.map(({ id, status, pausedBecause, endpointUrl, eventTypes }) => [
    id,
    pausedBecause === null ? status : `${status} (${pausedBecause})`,
    endpointUrl,
    eventTypes.join(" "),
  ]);
  const eventSubscriptions = found.map((one) => subscriptionJson(one));
  print(
    { eventSubscriptions, total: found.length },
    table(["SUBSCRIPTION", "STATUS", "ENDPOINT", "TYPES"], lines),
  );
}

async function listSubscriptionDeliveries(
  { subscription, json: _, ...filters }: Filters & { subscription: string; status?: string },
  print: Print,
): Promise<void> {
  const query = parseInput(filters, deliveryListQuery);
  const page = await listDeliveries(operatorOf(await requireKnown(subscription)), subscription, query);
  const deliveries = page.deliveries.map(deliverySummaryJson);
  const lines = deliveries.map((one) => [
    one.createdAt,
    one.type,
    one.status,
    String(one.attemptCount),
    one.lastError ?? (one.lastStatus === null ? "-" : String(one.lastStatus)),
    one.id,
  ]);
  print(
    { deliveries, nextCursor: page.nextCursor },
    table(["AT", "TYPE", "STATUS", "ATTEMPTS", "LAST ANSWER", "DELIVERY"], lines),
  );
}

async function replay({ subscription, from, to, yes = false }: ReplayOptions, print: Print): Promise<void> {
  const found = await requireKnown(subscription);
  const input = parseInput({ from, to }, replayInput);
  const count = await (yes ? replayEvents : countReplay)(operatorOf(found), subscription, input);
  const most = mostReplayed.toLocaleString("en-US");
  const events = count === 1 ? "1 event" : `${count > mostReplayed ? `more than ${most}` : count} events`;
  const sentence = yes
    ? `${events} will be sent to ${found.endpointUrl} again.`
    : `This would send ${events} to ${found.endpointUrl}. ${count > mostReplayed ? "That is too many: choose a shorter time." : "Add --yes to send."}`;
  print({ count, sent: yes }, sentence);
}

async function send(options: SendOptions, print: Print): Promise<void> {
  const { type } = options;
  const actor = await operatorIn(options.workspace);
  const { data, idempotency_key: idempotencyKey } = parseInput(
    {
      workspace_id: actor.workspaceId,
      type,
      data: await readData(options.data),
      idempotency_key: options.idempotencyKey ?? randomUUID(),
    },
    sendEventInput,
  );
  const { id, createdAt } = await sendEvent(actor, { type, data, idempotencyKey });
  print({ id, workspace_id: actor.workspaceId, type, created_at: createdAt }, id);
}

/** @throws AppError `invalid_request`, `payload_too_large` */
async function readData(given: string): Promise<unknown> {
  const file = given.startsWith("@") ? given.slice(1) : null;
  const json =
    file === null ? given : file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  if (Buffer.byteLength(json) > mostBytes)
    throw new AppError("payload_too_large", `The data has more than ${mostBytes / 1024} KiB.`);
  try {
    return parseClientJson(json);
  } catch (error) {
    throw invalidField("data", `This is not JSON: ${(error as Error).message}`);
  }
}

/** @throws AppError `not_found` */
async function requireKnown(id: string) {
  const found = await db().eventSubscription.findUnique({ where: { id } });
  if (!found) throw new AppError("not_found", `There is no event subscription ${id}.`);
  return found;
}

function operatorOf({ workspaceId }: { workspaceId: string }): SystemActor {
  return systemActor(workspaceId, "Operator");
}

async function operatorIn(named: string): Promise<SystemActor> {
  return systemActor((await requireWorkspace(named)).id, "Operator");
}
