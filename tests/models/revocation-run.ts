import { Agent, request } from "node:http";
import { expect } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { expectCounted } from "@/tests/database/expect-counted";
import { makeKey, makeWorkspace } from "../factories/factories";
import type { DecisionProcess } from "../processes/decision-process";
import { restBetweenCalls, waitUntil } from "../wait-until";
import {
  allowsAfterDenial,
  type Call,
  callsDuringRevocation,
  type Revocation,
  wrongAllows,
} from "./revocation-history";

export type RunKey = { id: string; secret: string };

/** Creates keys to call and revoke, with high rate limits, and a key that may revoke them. */
export async function makeRunKeys(count: number): Promise<{ manager: string; keys: RunKey[] }> {
  const { actor } = await makeWorkspace();
  const { secret: manager } = await makeKey(actor, { canManageKeys: true, rateLimitPerMinute: 100_000 });
  const keys: RunKey[] = [];
  for (let made = 0; made < count; made += 1) {
    const { key, secret } = await makeKey(actor, { rateLimitPerMinute: 1_000_000 });
    keys.push({ id: key.id, secret });
  }
  return { manager, keys };
}

/**
 * Calls several instances continuously, while keys are revoked one after another and faults happen.
 * @param keys The keys to call, in order.
 * @param manager The secret of a key that may revoke them.
 */
export class RevocationRun {
  readonly calls: Call[] = [];
  readonly revocations: Revocation[] = [];
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 40 });
  private readonly callers: Promise<void>[];
  private next = 0;
  private over = false;
  private allowed = 0;
  private cutOff = 0;

  constructor(
    private readonly instances: readonly DecisionProcess[],
    private readonly keys: readonly RunKey[],
    private readonly manager: string,
    callersEach = 3,
  ) {
    this.callers = instances.flatMap((_, instance) =>
      Array.from({ length: callersEach }, () => this.callUntilOver(instance)),
    );
  }

  get nextKey(): RunKey {
    return this.keys[this.next] as RunKey;
  }

  /** Revokes the next key at one instance, while this key, recently revoked keys and later ones are called. */
  async revokeNext(instance: number): Promise<RunKey> {
    const key = this.nextKey;
    await this.revoke(key, instance);
    this.next += 1;
    return key;
  }

  /** @returns The answer's status; only a 200 says that the key is rejected everywhere. */
  async revoke(key: RunKey, instance: number): Promise<number> {
    const sentAt = performance.now();
    const status = await this.send(instance, `/auth/api-keys/${key.id}`, this.manager, "DELETE");
    if (status === 200) this.revocations.push({ key: key.id, sentAt, answeredAt: performance.now() });
    return status;
  }

  /** Waits until an instance has answered a number of calls with a key that began from now on. */
  async calledAgain(instance: number, key: RunKey, times: number): Promise<void> {
    const from = performance.now();
    const isAnswer = (call: Call) =>
      call.instance === instance && call.key === key.id && call.startedAt > from;
    await waitUntil("the key was called again", async () => this.calls.filter(isAnswer).length >= times);
  }

  /** Makes one more call, with any key. */
  async call(instance: number, secret: string): Promise<number> {
    const status = await this.send(instance, "/api/forward-auth/v1", secret);
    if (status === 200) this.allowed += 1;
    if (status === 0) this.cutOff += 1;
    return status;
  }

  /** Ends the calls. */
  async end(): Promise<void> {
    this.over = true;
    await Promise.all(this.callers);
    this.agent.destroy();
  }

  /** Asserts that no call was wrongly allowed, in a history in which that could have happened. Call it after `end`. */
  expectExact(atLeast: { revocations: number; allows: number; denials: number; during: number }): void {
    expect(wrongAllows(this.calls, this.revocations)).toEqual([]);
    expect(allowsAfterDenial(this.calls)).toEqual([]);
    // A history without allowed calls, or without calls during a revocation, proves nothing.
    expect(this.revocations.length).toBeGreaterThanOrEqual(atLeast.revocations);
    expect(this.calls.filter((call) => call.status === 200).length).toBeGreaterThan(atLeast.allows);
    expect(this.calls.filter((call) => call.status === 401).length).toBeGreaterThan(atLeast.denials);
    const during = callsDuringRevocation(this.calls, this.revocations);
    expect(during.filter((call) => call.status === 200).length).toBeGreaterThan(atLeast.during);
    expect(during.filter((call) => call.status === 401).length).toBeGreaterThan(atLeast.during);
  }

  /** Asserts that the log has every allowed call once, and that the counts beside it are those of its entries. The outcome of interrupted calls is unknown. Call it after `end`. */
  async expectLogged(): Promise<void> {
    const logged = async () => {
      const { rows } = await runtime().pool.query<{ count: number }>(
        "SELECT count(*)::int FROM access_log.entries WHERE outcome = 'allowed' AND source = 'forward_auth'",
      );
      return (rows[0] as { count: number }).count;
    };
    await waitUntil("every allowed call is logged", async () => (await logged()) >= this.allowed);
    expect(await logged()).toBeLessThanOrEqual(this.allowed + this.cutOff);
    expect(await expectCounted()).toBeGreaterThanOrEqual(this.allowed);
  }

  /** Calls continuously, preferring keys that are about to be revoked. */
  private async callUntilOver(instance: number): Promise<void> {
    for (let turn = 0; !this.over; turn += 1) {
      const current = this.keys.slice(Math.max(0, this.next - 2), this.next + 3);
      const { id, secret } = current[turn % current.length] as RunKey;
      const startedAt = performance.now();
      const status = await this.call(instance, secret);
      this.calls.push({ key: id, instance, startedAt, endedAt: performance.now(), status });
      if (status === 0) await restBetweenCalls(20);
    }
  }

  private send(instance: number, path: string, secret: string, method = "GET"): Promise<number> {
    const { origin } = this.instances[instance] as DecisionProcess;
    return new Promise((resolve) => {
      const sent = request(
        `${origin}${path}`,
        { method, agent: this.agent, timeout: 20_000, headers: { "x-api-key": secret } },
        (answer) => {
          answer.resume();
          answer.on("end", () => resolve(answer.statusCode ?? 0));
          answer.on("error", () => resolve(0));
        },
      );
      sent.on("timeout", () => sent.destroy());
      // The outcome of an interrupted call is unknown, so it counts as neither.
      sent.on("error", () => resolve(0));
      sent.end();
    });
  }
}
