import { expect, test } from "vitest";
import { projectFiles, readProjectFile } from "./project-files";

const list = readProjectFile("docs/security-checklist.md");
/** Line numbers with the files that the page names for each. */
const lines = new Map(
  [...list.matchAll(/^\| (S\d\d) \| .+ \| (.+) \|$/gm)].map(([, number, files]) => [
    number as string,
    [...(files as string).matchAll(/`([^`]+)`/g)].map(([, file]) => file as string),
  ]),
);
const tests = projectFiles().filter(
  (file) => /\.(test|spec)\.tsx?$/.test(file) && !file.startsWith("tests/documents/"),
);

/** The numbers with which titles of a test file begin: `S18 S19 opens …`. */
function numbersIn(file: string): Set<string> {
  const titles = readProjectFile(file).matchAll(/["'`]((?:S\d\d )*S\d\d)(?=[ "'`])/g);
  return new Set([...titles].flatMap(([, numbers]) => (numbers as string).split(" ")));
}

test("each line names tests whose titles begin with its number", () => {
  expect(lines.size).toBeGreaterThan(60);
  const wrong = [...lines].flatMap(([number, files]) => {
    if (files.length === 0) return [`${number}: no test`];
    return files
      .filter((file) => !tests.includes(file) || !numbersIn(file).has(number))
      .map((file) => `${number}: ${file}`);
  });
  expect(wrong).toEqual([]);
});

test("each number in a test's title, and in a comment, has its line", () => {
  const unknown = projectFiles()
    .filter((file) => /\.(md|tsx?)$/.test(file) && !file.startsWith("tests/documents/"))
    .flatMap((file) => {
      const mentioned = [...readProjectFile(file).matchAll(/\bS\d\d\b/g)].map(([number]) => number);
      return [...new Set(mentioned)]
        .filter((number) => !lines.has(number))
        .map((number) => `${file}: ${number}`);
    });
  expect(unknown).toEqual([]);
});
