import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { licenseOf } from "./licenses.mjs";
import { findDependency, nameOf, productionPackages, readLock } from "./locked-packages.mjs";
import { root } from "./run.mjs";

/**
 * Writes `dist/sbom.cdx.json`: what the program consists of, as CycloneDX 1.6. It comes from package-lock.json alone, so the same lock
 * file always gives the same document.
 */
export function writeSbom() {
  const { name, version, license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const sbom = makeSbom({ name, version, license }, readLock());
  writeFileSync(join(root, "dist", "sbom.cdx.json"), `${JSON.stringify(sbom, null, 2)}\n`);
}

/** @param lock `packages` of package-lock.json. The empty path is the project itself. */
export function makeSbom({ name, version, license }, lock) {
  const packages = productionPackages(lock);
  const project = { "bom-ref": purlOf(name, version), type: "application", name, version };
  // The same version may be installed in several places.
  const components = new Map();
  const dependencies = new Map([[project["bom-ref"], refsOf("", lock[""], packages)]]);
  for (const [path, entry] of packages) {
    const component = componentOf(path, entry, packages);
    const ref = component["bom-ref"];
    components.set(ref, component);
    dependencies.set(ref, new Set([...(dependencies.get(ref) ?? []), ...refsOf(path, entry, packages)]));
  }
  const content = {
    metadata: {
      lifecycles: [{ phase: "build" }],
      component: {
        ...project,
        purl: project["bom-ref"],
        licenses: [{ license: { id: license } }],
      },
    },
    components: [...components.values()],
    dependencies: [...dependencies].map(([ref, refs]) => ({ ref, dependsOn: [...refs].sort() })),
  };
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(content))}`,
    version: 1,
    ...content,
  };
}

function componentOf(path, { version, integrity, optional }, packages) {
  const [, group, name] = /^(?:(@[^/]+)\/)?(.+)$/.exec(nameOf(path));
  const purl = purlOf(nameOf(path), version);
  const license = licenseOf(path, packages);
  return {
    type: "library",
    "bom-ref": purl,
    ...(group && { group }),
    ...{ name, version, purl, scope: optional ? "optional" : "required" },
    ...(license && { licenses: [{ expression: license }] }),
    ...(integrity && { hashes: hashesOf(integrity) }),
  };
}

/** The packages that one depends on, as far as they are installed in production. */
function refsOf(path, entry, packages) {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = entry;
  const names = Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
  const found = names.flatMap((name) => findDependency(packages, path, name) ?? []);
  return new Set(found.map((one) => purlOf(nameOf(one), packages.get(one).version)));
}

/** https://github.com/package-url/purl-spec */
function purlOf(name, version) {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** npm writes `sha512-BASE64`; CycloneDX wants hexadecimal digits. */
function hashesOf(integrity) {
  return integrity.split(/\s+/).map((text) => {
    const [, algorithm, base64] = /^sha(\d+)-(.+)$/.exec(text);
    return {
      alg: algorithm === "1" ? "SHA-1" : `SHA-${algorithm}`,
      content: Buffer.from(base64, "base64").toString("hex"),
    };
  });
}

/** A UUID of version 8, from a hash of the content. */
function uuidOf(text) {
  const hex = createHash("sha256").update(text).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
