import type { ServerResponse } from "node:http";
import { accessLogOverviewQuery, listAccessLogQuery } from "@/lib/contracts/access-log-query";
import { usageRequestsQuery } from "@/lib/contracts/usage-query";
import type { MemberActor } from "@/lib/server/actor";
import { countEntries } from "@/lib/server/logs/count-entries";
import { groupUsage } from "@/lib/server/logs/group-usage";
import { listWorkspaceLog } from "@/lib/server/logs/list-workspace-log";
import { memberFilter } from "@/lib/server/logs/log-filter";

/** What the console's routes do after they know who asks, for a server without the console. */
const reads: Record<string, (actor: MemberActor, query: unknown) => Promise<unknown>> = {
  "/bench/access-logs": (actor, query) => listWorkspaceLog(actor, listAccessLogQuery.parse(query)),
  "/bench/access-logs/overview": async (actor, query) => {
    const {
      from = "",
      before = "",
      ...filter
    } = await memberFilter(actor, accessLogOverviewQuery.parse(query));
    return countEntries({ ...filter, from, before });
  },
  "/bench/usage/requests": (actor, query) => groupUsage(actor, usageRequestsQuery.parse(query)),
};

/** @param workspaceId Of the benchmark. Its owner asks. */
export async function answerConsoleRead(
  workspaceId: string | undefined,
  target: string,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(target, "http://localhost");
  const read = reads[pathname];
  if (!workspaceId || !read) {
    response.writeHead(404).end();
    return;
  }
  const origin = { ip: null, userAgent: null, requestId: null };
  const actor = {
    type: "member",
    workspaceId,
    userId: "usr_bench",
    name: "Ada",
    role: "owner",
    origin,
  } as const;
  const [status, answer] = await read(actor, Object.fromEntries(searchParams)).then(
    (result) => [200, result] as const,
    (error: Error) => [500, { error: error.message }] as const,
  );
  const body = Buffer.from(JSON.stringify(answer));
  response.writeHead(status, { "Content-Length": body.length, "Content-Type": "application/json" }).end(body);
}
