import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { makeKey, makeWorkspace } from "@/tests/factories";
import { useRuntime } from "@/tests/runtime";
import { hashOfSecret } from "../api-keys/key-format";
import { runtime } from "../runtime";
import { KnownHashes } from "./known-hashes";

useRuntime();
const unknown = () => randomBytes(32).toString("hex");

test("it knows every key there is and hardly any other, and takes everything for known until it has loaded", async () => {
  const { actor } = await makeWorkspace();
  const { secret } = await makeKey(actor);
  const filter = new KnownHashes(runtime().pool, runtime().log);
  expect(filter.mayExist(unknown())).toBe(true);
  await filter.load();
  expect(filter.mayExist(hashOfSecret(secret))).toBe(true);
  const mistaken = Array.from({ length: 3000 }, unknown).filter((hash) => filter.mayExist(hash));
  expect(mistaken.length).toBeLessThan(200);
});

test("what is created while it loads, or afterwards, is known", async () => {
  const filter = new KnownHashes(runtime().pool, runtime().log);
  const [during, after] = [unknown(), unknown()];
  const loading = filter.load();
  filter.add(during);
  await loading;
  filter.add(after);
  expect([filter.mayExist(during), filter.mayExist(after)]).toEqual([true, true]);
});

test("when more was created than it was told of, it knows nothing until it has loaded again", async () => {
  const filter = new KnownHashes(runtime().pool, runtime().log);
  const loading = filter.load();
  filter.forget();
  await loading;
  expect(filter.mayExist(unknown())).toBe(true);
  await filter.load();
  filter.forget();
  expect(filter.mayExist(unknown())).toBe(true);
  await filter.load();
  for (let added = 0; added < 20_001; added += 1) filter.add(unknown());
  expect(filter.mayExist(unknown())).toBe(true);
});
