import { MutationObserver, onlineManager, QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";
import { createQueryClient } from "./query-client";

afterEach(() => onlineManager.setOnline(true));

it("S72 sends a change when it is made, online or not, and never later", async () => {
  onlineManager.setOnline(false);
  const send = vi.fn(async () => {
    throw new TypeError("Failed to fetch");
  });
  const mutation = new MutationObserver(createQueryClient(), { mutationFn: send });
  await expect(mutation.mutate()).rejects.toThrow("Failed to fetch");
  onlineManager.setOnline(true);
  expect(send).toHaveBeenCalledOnce();
});

it("asks for what a page shows while offline too, so that it is known at once that it can't be had", async () => {
  onlineManager.setOnline(false);
  const queryFn = vi.fn(async () => {
    throw new TypeError("Failed to fetch");
  });
  const query = new QueryObserver(createQueryClient(), { queryKey: ["x"], queryFn, retry: false });
  await expect(query.refetch({ throwOnError: true })).rejects.toThrow("Failed to fetch");
  expect(query.getCurrentResult().fetchStatus).toBe("idle");
});
