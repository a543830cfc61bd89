import { expect, test } from "vitest";
import { findLicenseProblems } from "@/scripts/licenses.mjs";
import { productionPackages } from "@/scripts/locked-packages.mjs";
import { makeSbom } from "@/scripts/sbom.mjs";
import { readProjectFile } from "./project-files";

type Entry = { version: string; dev?: boolean; license?: string; integrity?: string };
type Component = Record<string, unknown> & { "bom-ref": string; purl: string };

const project = JSON.parse(readProjectFile("package.json"));
const lock: Record<string, Entry> = JSON.parse(readProjectFile("package-lock.json")).packages;
const sbom = makeSbom(project, lock);
const components = sbom.components as unknown as Component[];

test("the bill of materials has each package that is installed in production, once, with its hash and license", () => {
  expect(sbom).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.6", version: 1 });
  expect(sbom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  const purls = components.map(({ purl }) => purl);
  expect(new Set(purls).size).toBe(purls.length);
  for (const [name, version] of Object.entries({ ...project.dependencies, ...project.optionalDependencies }))
    expect(purls).toContain(`pkg:npm/${name.replace("@", "%40")}@${version}`);
  expect(purls.join()).not.toMatch(/pkg:npm\/(vitest|knip|%40biomejs\/biome)@/);
  expect(components.find(({ purl }) => purl.startsWith("pkg:npm/pg@"))).toEqual({
    type: "library",
    "bom-ref": `pkg:npm/pg@${project.dependencies.pg}`,
    name: "pg",
    version: project.dependencies.pg,
    purl: `pkg:npm/pg@${project.dependencies.pg}`,
    scope: "required",
    licenses: [{ expression: "MIT" }],
    hashes: [
      {
        alg: "SHA-512",
        content: Buffer.from(lock["node_modules/pg"]?.integrity?.slice(7) ?? "", "base64").toString("hex"),
      },
    ],
  });
  expect(components.filter(({ licenses }) => !licenses)).toEqual([]);
});

test("every dependency in it is a component, and every component is needed by something", () => {
  const known = new Set(components.map((component) => component["bom-ref"]));
  const needed = new Set(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn));
  expect([...needed].filter((ref) => !known.has(ref))).toEqual([]);
  expect([...known].filter((ref) => !needed.has(ref))).toEqual([]);
  expect(new Set(sbom.dependencies.map(({ ref }) => ref)).size).toBe(components.length + 1);
});

test("the same lock file gives the same document", () => {
  expect(makeSbom(project, structuredClone(lock))).toEqual(sbom);
  const { "node_modules/pg": pg, ...rest } = lock;
  const other = makeSbom(project, { ...rest, "node_modules/pg": { ...(pg as Entry), version: "1.0.0" } });
  expect(other.serialNumber).not.toBe(sbom.serialNumber);
});

test("each license in production is allowed", () => {
  expect(findLicenseProblems(productionPackages(lock))).toEqual([]);
});

test.each([
  ["MIT", true],
  ["(MIT OR GPL-3.0-only)", true],
  ["MIT AND ISC", true],
  ["GPL-3.0-only", false],
  ["MIT AND GPL-3.0-only", false],
  ["(MIT AND (GPL-3.0-only OR ISC))", false],
  ["UNLICENSED", false],
  ["SEE LICENSE IN license.txt", false],
  [undefined, false],
])("a package with the license %s is allowed: %s", (license, isAllowed) => {
  const packages = productionPackages({ "node_modules/new": { version: "1.0.0", license } });
  expect(findLicenseProblems(packages)).toHaveLength(isAllowed ? 0 : 1);
  const inDevelopment = { "node_modules/new": { version: "1.0.0", license, dev: true } };
  expect(findLicenseProblems(productionPackages(inDevelopment))).toEqual([]);
});
