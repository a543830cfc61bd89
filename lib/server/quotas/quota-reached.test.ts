import { beforeEach, expect, test } from "vitest";
import { requestsMeter } from "@/lib/contracts/quotas";
import type { Charge } from "@/lib/engine/quotas/block-account";
import { periodAt } from "@/lib/engine/quotas/period";
import { subscribeTo, takeEvents } from "@/tests/database/recorded-events";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { systemActor } from "../actor";
import { runtime } from "../runtime";
import { recordUsage } from "./record-usage";
import { setQuotas } from "./set-quotas";

useRuntime();

let made: Awaited<ReturnType<typeof makeWorkspace>>;
let id: string;
let records = 0;
beforeEach(async () => {
  made = await makeWorkspace();
  id = made.workspace.id;
  await subscribeTo(made.actor);
});

type Bound = { limit: number; period?: "month" | "day"; keyId?: string };
function bound(...bounds: Bound[]): Promise<void> {
  const quotas = bounds.map(({ limit, period = "month", keyId = null }) => ({
    ...{ meter: "credits", limit, period, keyId },
  }));
  return setQuotas(systemActor(id, "Operator"), () => quotas);
}

function use(amount: number, keyId?: string) {
  records += 1;
  const key = keyId === undefined ? {} : { key_id: keyId };
  return recordUsage({
    workspace_id: id,
    meter: "credits",
    amount,
    idempotency_key: `record-${records}`,
    ...key,
  });
}

const told = async () =>
  (await takeEvents(id)).flatMap(({ type, data }) => (type === "quota.reached" ? [data] : []));
const percents = async () => (await told()).map(({ percent }) => percent).sort();
const resetsAt = (period: "month" | "day") => new Date(periodAt(period, Date.now()).endsMs).toISOString();

test("recorded usage tells of 80% and of 100%, each once, and a refused record of nothing", async () => {
  await bound({ limit: 10 });
  await use(7);
  expect(await told()).toEqual([]);
  await use(1);
  const facts = { meter: "credits", limit: 10, period: "month", resetsAt: resetsAt("month") };
  expect(await told()).toEqual([{ ...facts, used: 8, percent: 80 }]);
  await use(1);
  await expect(use(2)).rejects.toMatchObject({ code: "quota_exceeded" });
  expect(await told()).toEqual([]);
  await use(1);
  expect(await told()).toEqual([{ ...facts, used: 10, percent: 100 }]);
  await expect(use(1)).rejects.toMatchObject({ code: "quota_exceeded" });
  expect(await told()).toEqual([]);
});

test("a key's quota is told of with the key", async () => {
  const { key } = await makeKey(made.actor, { environment: "staging" });
  await bound({ limit: 100 }, { limit: 5, period: "day", keyId: key.id });
  await use(5, key.id);
  const events = (await takeEvents(id)).filter(({ type }) => type === "quota.reached");
  const facts = { limit: 5, used: 5, period: "day", resetsAt: resetsAt("day"), key: { id: key.id } };
  expect(events).toHaveLength(2);
  for (const event of events)
    expect(event).toMatchObject({ keyId: key.id, environment: "staging", data: facts });
  expect(events.map(({ data }) => data.percent).sort()).toEqual([100, 80]);
});

test("uses at the same time reach a threshold once", async () => {
  await bound({ limit: 40 });
  await Promise.all(Array.from({ length: 38 }, () => use(1)));
  expect(await percents()).toEqual([80]);
});

test("blocks that an instance was given count as they are used", async () => {
  await setQuotas(systemActor(id, "Operator"), () => [
    { meter: requestsMeter, limit: 100, period: "month", keyId: null },
  ]);
  const { quotas } = runtime().engine;
  const usage = { workspaceId: id, keyId: null, meter: requestsMeter, period: "month" as const };
  const charge = (cost: number): Charge[] => [
    { usage: { ...usage, ...periodAt("month", Date.now()) }, limit: 100, cost },
  ];
  const take = async (cost: number) => {
    const outcome = await quotas.take(charge(cost), Date.now());
    expect(outcome.taken).toBe(true);
    await quotas.report(id);
  };
  await take(79);
  const { rows } = await runtime().pool.query(
    "SELECT granted::int FROM quotas.usages WHERE workspace_id = $1",
    [id],
  );
  expect(rows[0].granted, "given ahead").toBeGreaterThanOrEqual(79);
  expect(await percents()).toEqual([]);
  await take(1);
  expect(await told()).toMatchObject([{ meter: requestsMeter, used: 80, percent: 80 }]);
  for (let more = 0; more < 20; more += 1) await take(1);
  expect(await told()).toMatchObject([{ used: 100, percent: 100 }]);
});

test("a limit that is lowered is reached at once, and one that is raised is told of again", async () => {
  await bound({ limit: 100 });
  await use(50);
  await bound({ limit: 60 });
  expect(await told()).toMatchObject([{ limit: 60, used: 50, percent: 80 }]);
  await bound({ limit: 60 }, { limit: 7, keyId: (await makeKey(made.actor)).key.id });
  expect(await percents(), "the same limit").toEqual([]);
  await bound({ limit: 1000 });
  await use(700);
  expect(await percents()).toEqual([]);
  await use(50);
  expect(await told()).toMatchObject([{ limit: 1000, used: 800, percent: 80 }]);
});

test("a subscription isn't told of what was reached before it, and a limit of 0 is never reached", async () => {
  made = await makeWorkspace();
  id = made.workspace.id;
  await bound({ limit: 10 });
  await use(8);
  await subscribeTo(made.actor);
  await use(1);
  expect(await told()).toEqual([]);
  await use(1);
  expect(await percents()).toEqual([100]);
  await bound({ limit: 0 });
  expect(await told()).toEqual([]);
});
