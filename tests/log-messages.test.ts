import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "@/server/start-runtime";

const folders = ["server", "lib/server", "lib/engine"];

function sources(): string[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(projectRoot(), folder), { encoding: "utf8", recursive: true })
      .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.startsWith("generated"))
      .map((name) => path.posix.join(folder, name.replaceAll(path.sep, "/"))),
  );
}

/** The sentences of warnings and errors. Shorter texts name a state or a unit. */
function messagesOf(source: string): string[] {
  const text = source.replace(/"(?:[^"\\\n]|\\.)*"/g, (literal) => literal.replace(/[()]/g, " "));
  const calls = [...text.matchAll(/\b(?:log|this)\??\.(?:warn|error|fatal)\(/g)];
  return calls.flatMap(({ index }) => {
    const call = text.slice(index, endOfCall(text, text.indexOf("(", index)));
    const literals = [...call.matchAll(/"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g)];
    return literals.map(([, plain, template]) => plain ?? template ?? "").filter((one) => one.length > 24);
  });
}

function endOfCall(text: string, from: number): number {
  let depth = 0;
  for (let index = from; index < text.length; index += 1) {
    if (text[index] === "(") depth += 1;
    else if (text[index] === ")" && --depth === 0) return index;
  }
  return text.length;
}

/** What happened, and then, after a semicolon or in a sentence of its own, what to do. */
const saysWhatToDo =
  /(; |\. )(if |see |look |use |set |keep |free |repair |raise |report |revoke |export |its log)/i;

test("every warning and every error in the log says what to do", () => {
  const messages = sources().flatMap((file) =>
    messagesOf(readFileSync(path.join(projectRoot(), file), "utf8")).map((message) => `${file}: ${message}`),
  );
  expect(messages.length).toBeGreaterThan(40);
  expect(messages.filter((message) => !saysWhatToDo.test(message))).toEqual([]);
});

test("one that doesn't is found", () => {
  const text =
    'this.log.warn({ error: other("(") }, "copying the access log failed");\nlog.info("this one may be anything");';
  expect(messagesOf(text)).toEqual(["copying the access log failed"]);
  expect(saysWhatToDo.test("copying the access log failed")).toBe(false);
  expect(saysWhatToDo.test("copying failed; see whether the database is reachable")).toBe(true);
});
