import type { Env } from "../env";
import { type Finding, note, ok, problem, reasonOf } from "./finding";
import { type VisitLimits, visit } from "./visit";

/** What `/api/ready` of this machine's instance answers. A text is the reason why it doesn't answer. */
export type InstanceFacts = { origin: string; answer: { status: number; body: string } | string };

/** Asks the instance on this machine itself, past any proxy. */
export async function examineInstance({ host, port }: Env, limits: VisitLimits): Promise<Finding[]> {
  const origin = `http://${nameOf(host)}:${port}`;
  const answer = await visit(`${origin}/api/ready`, limits).catch(reasonOf);
  return [judgeInstance({ origin, answer })];
}

/** An address on which a server listens on all interfaces can't be connected to everywhere. */
function nameOf(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

export function judgeInstance({ origin, answer }: InstanceFacts): Finding {
  const id = "web.instance";
  if (typeof answer === "string" && !answer.includes("ECONNREFUSED"))
    return problem(id, `The instance at ${origin} can't be reached: ${answer}.`);
  if (typeof answer === "string")
    return note(
      id,
      `No instance answers at ${origin}: ${answer}.`,
      "Start the server, if it belongs on this machine.",
    );
  const { status, body } = answer;
  if (status === 200) return ok(id, `The instance at ${origin} is ready.`);
  const checks = [...body.matchAll(/"(\w+)":\s*"unavailable"/g)]
    .map(([, name]) => name)
    .filter((name) => name !== "status");
  if (checks.length > 0)
    return problem(id, `The instance at ${origin} isn't ready: ${checks.join(" and ")} unavailable.`);
  return problem(id, `/api/ready at ${origin} answers ${status}, not as a Keyward that is ready.`);
}
