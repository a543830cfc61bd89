import { mkdtempSync, readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { writeWholeFile } from "./write-whole-file";

async function* pieces(...texts: (string | Error)[]): AsyncGenerator<Buffer> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield Buffer.from(text);
  }
}

test("a file appears when it is complete, for its owner only, and replaces another one only if asked to", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "keyward-file-"));
  const file = path.join(folder, "backup");
  const failed = writeWholeFile(file, pieces("half", new Error("no connection")), false);
  await expect(failed).rejects.toThrow("no connection");
  expect(readdirSync(folder)).toEqual([]);

  expect(await writeWholeFile(file, pieces("one", "two"), false)).toBe(6);
  expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777]).toEqual(["onetwo", 0o600]);
  await expect(writeWholeFile(file, pieces("three"), false)).rejects.toMatchObject({ code: "conflict" });
  await expect(writeWholeFile(file, pieces(new Error("gone")), true)).rejects.toThrow("gone");
  expect(readFileSync(file, "utf8")).toBe("onetwo");
  await writeWholeFile(file, pieces("three"), true);
  expect(readFileSync(file, "utf8")).toBe("three");
  expect(readdirSync(folder)).toEqual(["backup"]);
  await expect(writeWholeFile(path.join(folder, "no/backup"), pieces("x"), false)).rejects.toThrow(
    "can't be written (ENOENT)",
  );
});

test("a file that appears while another one is written is kept", async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "keyward-file-")), "backup");
  async function* overtaken(): AsyncGenerator<Buffer> {
    yield Buffer.from("late");
    await writeWholeFile(file, pieces("early"), false);
  }
  await expect(writeWholeFile(file, overtaken(), false)).rejects.toMatchObject({ code: "conflict" });
  expect(readFileSync(file, "utf8")).toBe("early");
});
