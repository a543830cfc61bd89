import path from "node:path";
import { expect, test } from "vitest";
import { projectFiles, readProjectFile } from "./project-files";

const files = projectFiles();
const known = new Set(files);
/** Folders as well: a document may link to one. */
const paths = new Set(files.flatMap((file) => [file, ...foldersOf(file)]));
const pages = files.filter((file) => file.endsWith(".md"));

function foldersOf(file: string): string[] {
  const folder = path.posix.dirname(file);
  return folder === "." ? [] : [folder, ...foldersOf(folder)];
}

/** Pages of Markdown that a text mentions and that are not here. */
function missingPages(file: string, text: string): string[] {
  return [...text.matchAll(/(?<![\w/.*])[\w./-]*\w\.md\b/g)]
    .map(([mention]) => mention)
    .filter(
      (mention) => !known.has(mention) && !known.has(path.posix.join(path.posix.dirname(file), mention)),
    );
}

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  return [...readProjectFile(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    (heading as string)
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test("no file mentions a page that is not in the project", () => {
  expect(files.length).toBeGreaterThan(500);
  const missing = files
    .filter((file) => file !== "tests/documents/links.test.ts")
    .flatMap((file) => missingPages(file, readProjectFile(file)).map((mention) => `${file}: ${mention}`));
  expect(missing).toEqual([]);
});

test.each(["As HTTP.md has it.", "see docs/nowhere.md", "](PRODUCT.md#roles)"])("it finds: %s", (text) => {
  expect(missingPages("docs/security.md", text)).toHaveLength(1);
});

test("every link of a page leads to a file and a heading that are there", () => {
  const broken = pages.flatMap((page) =>
    [...readProjectFile(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)]
      .map(([, target]) => target as string)
      .filter((target) => {
        const [file = "", anchor] = target.split("#");
        const linked =
          file === "" ? page : path.posix.join(path.posix.dirname(page), file).replace(/\/$/, "");
        if (!paths.has(linked) && !/\.(png|svg)$/.test(linked)) return true;
        return anchor !== undefined && !anchorsOf(linked).includes(anchor);
      })
      .map((target) => `${page}: ${target}`),
  );
  expect(broken).toEqual([]);
});

test("every section of docs/http-api.md that a comment names is there", () => {
  const sections = new Set(
    [...readProjectFile("docs/http-api.md").matchAll(/^##+ (\d+(?:\.\d+)?)\.? /gm)].map(
      ([, number]) => number,
    ),
  );
  const named = files.flatMap((file) =>
    [
      ...readProjectFile(file).matchAll(/docs\/http-api\.md, (\d+(?:\.\d+)?)(?: and (\d+(?:\.\d+)?))?/g),
    ].flatMap(([, first, second]) =>
      [first, ...(second ? [second] : [])].map((number) => ({ file, number })),
    ),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ number }) => !sections.has(number as string))).toEqual([]);
});

test("every path of the project that a page names is there", () => {
  const top =
    /^(app|bench|components|deploy|docs|e2e|examples|lib|prisma|scripts|sdk|server|tests)\/[\w./[\]()-]+$/;
  const wrong = pages
    .filter((page) => page !== "CHANGELOG.md")
    .flatMap((page) =>
      [...readProjectFile(page).matchAll(/`([^`\s]+)`/g)]
        .map(([, span]) => (span as string).replace(/\/$/, ""))
        // NAME stands for a name of the reader's own.
        .filter((span) => top.test(span) && !span.includes("NAME") && !paths.has(span))
        .map((span) => `${page}: ${span}`),
    );
  expect(wrong).toEqual([]);
});

test("every name that a page finds in a file is in that file", () => {
  const found = pages
    .filter((page) => page !== "CHANGELOG.md")
    .flatMap((page) => {
      const text = readProjectFile(page);
      const named = [
        ...text.matchAll(/`(\w+)`\s+\(`([\w./[\]-]+\.tsx?)`\)/g),
        ...text.matchAll(/`(\w+)`\s+in\s+`([\w./[\]-]+\.tsx?)`/g),
      ];
      return named.map(([, name = "", file = ""]) => ({
        name,
        file: known.has(file) ? file : path.posix.join(path.posix.dirname(page), file),
      }));
    });
  expect(found.length).toBeGreaterThan(8);
  expect(found.filter(({ name, file }) => !known.has(file) || !readProjectFile(file).includes(name))).toEqual(
    [],
  );
});
