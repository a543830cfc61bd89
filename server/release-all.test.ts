import { expect, test } from "vitest";
import { releaseAll } from "./release-all";

test("each step runs once and in order even if others fail, and the first failure is thrown", async () => {
  const ran: string[] = [];
  const step = (name: string) => async () => {
    ran.push(name);
    if (name !== "last") throw new Error(`${name} failed`);
  };
  const release = releaseAll([step("first"), step("second"), step("last")]);
  await expect(Promise.all([release(), release()])).rejects.toThrow("first failed");
  await expect(release()).rejects.toThrow("first failed");
  expect(ran).toEqual(["first", "second", "last"]);
});
