import { setTimeout as delay } from "node:timers/promises";
import type { Pool, PoolClient } from "@/lib/engine/postgres/client";
import { type Finding, note, ok, problem, warning } from "./finding";

export type ClockFacts = {
  /** How far the clock of this machine is ahead of the database's. */
  offsetMs: number;
  offsetErrorMs: number;
  /** How much faster the database's clock ran than our monotonic one: 0.01 is 1%. */
  rate: number;
  rateError: number;
};

/** Reads both clocks a few times, waits, and reads them again. */
export async function examineClocks(pool: Pool, intervalMs = 2000): Promise<Finding[]> {
  const client = await pool.connect();
  try {
    return judgeClocks(await findClockFacts(client, intervalMs));
  } finally {
    client.release();
  }
}

type Reading = { monotonicMs: number; localMs: number; databaseMs: number; errorMs: number };
/** The quickest of several answers is the most exact. */
const readings = 7;

async function findClockFacts(client: PoolClient, intervalMs: number): Promise<ClockFacts> {
  const first = await readClocks(client);
  await delay(intervalMs);
  const last = await readClocks(client);
  const elapsedMs = last.monotonicMs - first.monotonicMs;
  return {
    offsetMs: last.localMs - last.databaseMs,
    offsetErrorMs: last.errorMs,
    rate: (last.databaseMs - first.databaseMs) / elapsedMs - 1,
    rateError: (first.errorMs + last.errorMs) / elapsedMs,
  };
}

async function readClocks(client: PoolClient): Promise<Reading> {
  const found: Reading[] = [];
  for (let reading = 0; reading < readings; reading += 1) {
    const localMs = Date.now();
    const sentAt = performance.now();
    const { rows } = await client.query<{ ms: number }>(
      "SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms",
    );
    const errorMs = (performance.now() - sentAt) / 2;
    const databaseMs = rows[0]?.ms ?? Number.NaN;
    found.push({ monotonicMs: sentAt + errorMs, localMs: localMs + errorMs, databaseMs, errorMs });
  }
  return found.reduce((best, one) => (one.errorMs < best.errorMs ? one : best));
}

/** A code of an authenticator app is valid for 30 seconds before and after its own. */
const offsetLimits = { warningMs: 2000, problemMs: 30_000 };
/** What leases allow for, and what no healthy clock comes near. */
const rateLimits = { warning: 0.01, problem: 0.05 };

export function judgeClocks(facts: ClockFacts): Finding[] {
  return [judgeOffset(facts), judgeRate(facts)];
}

function judgeOffset({ offsetMs, offsetErrorMs }: ClockFacts): Finding {
  const certainMs = Math.abs(offsetMs) - offsetErrorMs;
  const direction = offsetMs > 0 ? "ahead of" : "behind";
  const what = `The clock of this machine is ${secondsText(Math.abs(offsetMs))} ${direction} the database's.`;
  if (certainMs >= offsetLimits.problemMs) return problem("clock.offset", what);
  if (certainMs >= offsetLimits.warningMs) return warning("clock.offset", what);
  return ok("clock.offset", what);
}

function judgeRate({ rate, rateError }: ClockFacts): Finding {
  const certain = Math.abs(rate) - rateError;
  const direction = rate > 0 ? "faster" : "slower";
  const what = `The database's clock runs ${percent(Math.abs(rate))} ${direction} than this machine's (measured to ${percent(rateError)}).`;
  if (certain >= rateLimits.problem) return problem("clock.rate", what);
  if (certain >= rateLimits.warning) return warning("clock.rate", what);
  if (rateError >= rateLimits.problem)
    return note("clock.rate", `The database answers too slowly to compare the rates of the clocks. ${what}`);
  return ok("clock.rate", what);
}

function secondsText(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(2)}%`;
}
