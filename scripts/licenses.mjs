import { nameOf } from "./locked-packages.mjs";

/** SPDX identifiers of licenses that everything in production may have: they allow use in a program under Apache-2.0. */
const allowed = new Set([
  ...["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0"],
  ...["ISC", "MIT", "MIT-0", "PostgreSQL", "Python-2.0", "Unlicense", "Zlib"],
]);

/**
 * Packages with another license, or whose metadata don't name it in SPDX's words. A `*` at the end stands for the rest of the name.
 * `license` is the right one.
 */
const exceptions = [
  {
    name: "@img/sharp-libvips-*",
    license: "LGPL-3.0-or-later",
    reason: "libvips: an unchanged shared library that is loaded at run time and can be replaced",
  },
  {
    name: "@img/sharp-win32-*",
    license: "Apache-2.0 AND LGPL-3.0-or-later",
    reason: "contains libvips as such a library",
  },
  {
    name: "@img/sharp-wasm32",
    license: "Apache-2.0 AND LGPL-3.0-or-later AND MIT",
    reason: "contains libvips; used only where there is no native library",
  },
  { name: "@visx/vendor", license: "MIT AND ISC", reason: "writes its license as MIT and ISC" },
  {
    name: "caniuse-lite",
    license: "CC-BY-4.0",
    reason: "data about browsers, unchanged, used when building",
  },
  {
    name: "elkjs",
    license: "EPL-2.0",
    reason: "unchanged; part of Prisma Studio, which Keyward doesn't run",
  },
  { name: "geist", license: "OFL-1.1", reason: "a font, unchanged; writes its license as a name" },
  { name: "seq-queue", license: "MIT", reason: "names it only in its file LICENSE" },
];

/** The SPDX expression of a locked package's license. Null if it isn't known. */
export function licenseOf(path, packages) {
  const exception = exceptionOf(path);
  if (exception) return exception.license;
  const { license, optional } = packages.get(path);
  if (license) return license;
  // Entries for other platforms, which `complete-lockfile.mjs` adds, have the license of the package that they are a part of.
  const owner =
    optional && [...packages].find(([, entry]) => nameOf(path) in (entry.optionalDependencies ?? {}));
  return owner ? (owner[1].license ?? null) : null;
}

/** What is wrong with the licenses of production packages, one sentence for each package. */
export function findLicenseProblems(packages) {
  return [...packages.keys()].flatMap((path) => {
    const license = licenseOf(path, packages);
    if (license === null) return [`${path}: its license isn't known.`];
    return exceptionOf(path) || isAllowed(license) ? [] : [`${path}: ${license} isn't allowed.`];
  });
}

/** Understands `A AND B`, `A OR B` and parentheses around the whole. Anything else isn't allowed. */
function isAllowed(license) {
  const expression = license.replace(/^\((.*)\)$/, "$1");
  if (/[()]/.test(expression)) return false;
  return expression.split(" OR ").some((either) => either.split(" AND ").every((id) => allowed.has(id)));
}

function exceptionOf(path) {
  const name = nameOf(path);
  return exceptions.find((one) =>
    one.name.endsWith("*") ? name.startsWith(one.name.slice(0, -1)) : name === one.name,
  );
}
