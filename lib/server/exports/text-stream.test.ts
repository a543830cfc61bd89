import { expect, test, vi } from "vitest";
import { textStream } from "./text-stream";

async function* numbers(ended: () => void, fails = false): AsyncGenerator<string> {
  try {
    yield "1";
    yield "2";
    if (fails) throw new Error("no more");
  } finally {
    ended();
  }
}

test("all texts arrive, and the end is told", async () => {
  const [ended, onEnd] = [vi.fn(), vi.fn()];
  expect(await new Response(textStream(numbers(ended), onEnd)).text()).toBe("12");
  expect(ended).toHaveBeenCalledOnce();
  expect(onEnd).toHaveBeenCalled();
});

test("a failure cuts the stream", async () => {
  const onEnd = vi.fn();
  await expect(new Response(textStream(numbers(vi.fn(), true), onEnd)).text()).rejects.toThrow("no more");
  expect(onEnd).toHaveBeenCalled();
});

test("a client that goes before it has asked for anything gives up its place", async () => {
  const onEnd = vi.fn();
  await textStream(numbers(vi.fn()), onEnd).cancel();
  expect(onEnd).toHaveBeenCalled();
});

test("a client that takes nothing for a minute is cut off, one that is slow isn’t", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const [ended, onEnd] = [vi.fn(), vi.fn()];
  const reader = textStream(numbers(ended), onEnd).getReader();
  await reader.read();
  vi.advanceTimersByTime(59_000);
  await reader.read();
  vi.advanceTimersByTime(59_000);
  expect(onEnd).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2_000);
  await expect(reader.read()).rejects.toThrow("the client takes nothing");
  await vi.waitFor(() => expect(ended).toHaveBeenCalledOnce());
  expect(onEnd).toHaveBeenCalled();
  vi.useRealTimers();
});
