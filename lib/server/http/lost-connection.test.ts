import { expect, test } from "vitest";
import { useRuntime } from "@/tests/database/runtime";
import { db, runtime } from "../runtime";
import { errorAnswer } from "./error-response";

useRuntime();

async function answerTo(work: () => Promise<unknown>) {
  const error = await work().then(
    () => null,
    (thrown) => thrown,
  );
  const { status, code, retryAfterSeconds } = errorAnswer(error, "req_1", runtime());
  return [status, code, (retryAfterSeconds ?? 0) >= 1];
}

const unavailable = [503, "unavailable", true];

test("a connection that PostgreSQL closes during a transaction is 503, with Prisma and with the pool", async () => {
  const end = "SELECT pg_terminate_backend(pg_backend_pid())";
  expect(await answerTo(() => runtime().pool.query(end))).toEqual(unavailable);
  expect(await answerTo(() => db().$queryRawUnsafe(end))).toEqual(unavailable);
  expect(
    await answerTo(() => db().$transaction(async (transaction) => transaction.$queryRawUnsafe(end))),
  ).toEqual(unavailable);
});

test("every error code for a stopping or starting server or a lost connection is 503", async () => {
  for (const code of ["08000", "08003", "08006", "08P01", "57P01", "57P02", "57P03"]) {
    const raise = `DO $$ BEGIN RAISE EXCEPTION 'no more' USING ERRCODE = '${code}'; END $$`;
    expect(await answerTo(() => runtime().pool.query(raise)), code).toEqual(unavailable);
    expect(await answerTo(() => db().$executeRawUnsafe(raise)), code).toEqual(unavailable);
    expect(
      await answerTo(() => db().$transaction(async (transaction) => transaction.$executeRawUnsafe(raise))),
      code,
    ).toEqual(unavailable);
  }
});
