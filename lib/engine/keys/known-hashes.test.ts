import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { waitUntil } from "@/tests/wait-until";
import { PostgresKeys } from "../postgres/key-store";
import { hashOfSecret } from "./key-format";
import { KnownHashes } from "./known-hashes";

useRuntime();
const unknown = () => randomBytes(32).toString("hex");

test("it knows all keys and hardly any other hash, and reports everything as known until it is loaded", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const filter = new KnownHashes(new PostgresKeys(runtime().pool), runtime().log);
  expect(filter.mayExist(unknown())).toBe(true);
  await filter.load();
  expect(filter.mayExist(hashOfSecret(secret))).toBe(true);
  const mistaken = Array.from({ length: 3000 }, unknown).filter((hash) => filter.mayExist(hash));
  expect(mistaken.length).toBeLessThan(200);
});

test("keys created while it loads, or afterwards, are known", async () => {
  const filter = new KnownHashes(new PostgresKeys(runtime().pool), runtime().log);
  const [during, after] = [unknown(), unknown()];
  const loading = filter.load();
  filter.add(during);
  await loading;
  filter.add(after);
  expect([filter.mayExist(during), filter.mayExist(after)]).toEqual([true, true]);
});

test("when keys were created that it didn't hear of, it reports everything as known until it is reloaded", async () => {
  const filter = new KnownHashes(new PostgresKeys(runtime().pool), runtime().log);
  const loading = filter.load();
  filter.forget();
  await loading;
  expect([filter.isComplete, filter.mayExist(unknown())]).toEqual([false, true]);
  await filter.load();
  expect(filter.isComplete).toBe(true);
  filter.forget();
  expect([filter.isComplete, filter.mayExist(unknown())]).toEqual([false, true]);
});

test("a full filter keeps working while a larger one is loaded, and loads run one at a time", async () => {
  const pool = runtime().pool;
  let loads = 0;
  const counting = new (class extends PostgresKeys {
    override countKeys() {
      loads += 1;
      return super.countKeys();
    }
  })(pool);
  const filter = new KnownHashes(counting, runtime().log);
  await filter.load();
  const added = Array.from({ length: 20_100 }, unknown);
  for (const hash of added) {
    filter.add(hash);
    expect(filter.isComplete).toBe(true);
  }
  expect(added.every((hash) => filter.mayExist(hash))).toBe(true);
  for (const _ of [1, 2, 3]) filter.keepComplete();
  expect(loads).toBe(2);
  await filter.load();
});

test("an instance with a lease reloads a forgotten filter by itself", async () => {
  const { knownHashes } = runtime().engine;
  await waitUntil("it is loaded", async () => knownHashes.isComplete);
  knownHashes.forget();
  await waitUntil("it is loaded again", async () => knownHashes.isComplete);
});
