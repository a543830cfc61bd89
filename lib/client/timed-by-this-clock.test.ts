import { dehydrate, QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { timedByThisClock } from "./timed-by-this-clock";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function answerOf(updatedAt: number) {
  const client = new QueryClient();
  client.setQueryData(["keys"], "answer", { updatedAt });
  return dehydrate(client);
}

it("takes an answer of a clock that is ahead for one that arrived now", () => {
  expect(timedByThisClock(answerOf(5_000_000)).queries[0]?.state.dataUpdatedAt).toBe(1_000_000);
});

it("leaves an older answer as old as it is", () => {
  expect(timedByThisClock(answerOf(900_000)).queries[0]?.state.dataUpdatedAt).toBe(900_000);
});

it("does not make an answer younger that is shown again later", () => {
  const state = answerOf(5_000_000);
  timedByThisClock(state);
  vi.setSystemTime(2_000_000);
  expect(timedByThisClock(state).queries[0]?.state.dataUpdatedAt).toBe(1_000_000);
});
