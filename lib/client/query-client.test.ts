import { MutationObserver, onlineManager, QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";
import { createQueryClient } from "./query-client";

afterEach(() => onlineManager.setOnline(true));

it("S72 sends a change immediately, even while offline, and never later", async () => {
  onlineManager.setOnline(false);
  const send = vi.fn(async () => {
    throw new TypeError("Failed to fetch");
  });
  const mutation = new MutationObserver(createQueryClient(), { mutationFn: send });
  await expect(mutation.mutate()).rejects.toThrow("Failed to fetch");
  onlineManager.setOnline(true);
  expect(send).toHaveBeenCalledOnce();
});

it("sends reads while offline, so that they fail immediately", async () => {
  onlineManager.setOnline(false);
  const queryFn = vi.fn(async () => {
    throw new TypeError("Failed to fetch");
  });
  const query = new QueryObserver(createQueryClient(), { queryKey: ["x"], queryFn, retry: false });
  await expect(query.refetch({ throwOnError: true })).rejects.toThrow("Failed to fetch");
  expect(query.getCurrentResult().fetchStatus).toBe("idle");
});

it("repeats reads that were in flight during a change, so that the page doesn't show the old state", async () => {
  const queryClient = createQueryClient();
  let inDatabase = "before";
  const answers: (() => void)[] = [];
  const query = new QueryObserver(queryClient, {
    queryKey: ["name"],
    queryFn: () => {
      const read = inDatabase;
      return new Promise<string>((resolve) => answers.push(() => resolve(read)));
    },
    initialData: "before",
  });
  const unsubscribe = query.subscribe(() => {});
  void query.refetch();
  expect(answers).toHaveLength(1);
  const mutation = new MutationObserver(queryClient, {
    mutationFn: async (name: string) => {
      inDatabase = name;
      return name;
    },
    onSuccess: (name) => queryClient.setQueryData(["name"], name),
  });
  await mutation.mutate("after");
  expect(answers).toHaveLength(2);
  answers[0]?.();
  answers[1]?.();
  await vi.waitFor(() => expect(query.getCurrentResult().fetchStatus).toBe("idle"));
  expect(query.getCurrentResult().data).toBe("after");
  unsubscribe();
});
