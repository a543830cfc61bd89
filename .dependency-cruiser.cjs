/**
 * Who may import whom. A type counts as much as a value: a module that knows another's types is bound to it as well.
 */
const swc = require("@swc/core");

// TypeScript 7 has no programming interface, so swc reads the sources, and a type's import counts like any other. The
// cruiser asks it for TypeScript without JSX only; what is no such thing is read once more as TypeScript with JSX.
const { parseFileSync } = swc;
swc.parseFileSync = (path, options) => {
  try {
    return parseFileSync(path, options);
  } catch {
    return parseFileSync(path, { ...options, tsx: true });
  }
};

const ours = "^(app|bench|components|e2e|examples|lib|prisma|sdk|server|tests)/";
/** Tests may reach for what they test and for what they need to set it up. */
const test = "\\.test\\.tsx?$";

/** Of our own modules, those in `from` may import those in `to` and no others. */
function only(name, comment, from, to) {
  return {
    name,
    comment,
    severity: "error",
    from: { path: from, pathNot: test },
    to: { path: ours, pathNot: to },
  };
}

function never(name, comment, from, to) {
  return { name, comment, severity: "error", from: { pathNot: test, ...from }, to };
}

/** What of lib/server speaks HTTP; all the rest is the domain. */
const http = "(auth|http|key-api|service-api)";
const noun = `^lib/server/(?!(${http}|generated)/)`;

module.exports = {
  forbidden: [
    {
      name: "no-circle",
      comment: "Two modules that need each other are one module, or hide a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "resolvable",
      comment: "An import that is not found is judged by no other rule.",
      severity: "error",
      // Only the benchmark installs the packages it compares with, in a separate folder.
      from: { path: ours, pathNot: "^bench/better-auth-server[.]mjs$" },
      to: { couldNotResolve: true },
    },

    only("contracts-know-nothing", "Both sides share them.", "^lib/contracts/", ["^lib/contracts/"]),
    never(
      "contracts-need-zod-only",
      "They reach the browser and stand for themselves.",
      { path: "^lib/contracts/" },
      {
        dependencyTypes: ["npm", "npm-dev", "npm-optional", "npm-peer", "core"],
        pathNot: "node_modules/zod/",
      },
    ),
    only("client-knows-contracts", "It runs in the browser.", "^lib/client/", ["^lib/(client|contracts)/"]),
    only("components-know-client-and-contracts", "They run in the browser.", "^components/(?!ui/)", [
      "^components/",
      "^lib/(client|contracts)/",
    ]),
    only("primitives-know-nothing-of-ours", "They have no domain.", "^components/ui/", ["^components/ui/"]),
    only("engine-knows-contracts", "It can run inside another program.", "^lib/engine/", [
      "^lib/(engine|contracts)/",
    ]),
    never(
      "engine-without-frameworks",
      "It must load anywhere: no zod, Prisma, Next.js, and each client of a store in the store's folder only.",
      { path: "^lib/engine/" },
      { path: "node_modules/(zod|next|react|react-dom|next-auth|@?prisma)/", reachable: true },
    ),
    never(
      "redis-in-its-store-only",
      "Nothing else may depend on Redis.",
      { path: ours, pathNot: ["^(lib/engine/redis|tests)/", test] },
      { path: "node_modules/ioredis/" },
    ),
    only("domain-knows-domain", "HTTP, pages and the process are above it.", noun, [
      `^lib/server/(?!${http}/)`,
      "^lib/(engine|contracts)/",
    ]),
    never(
      "domain-without-framework",
      "The domain runs in the process, the command line and Next.js alike.",
      { path: noun },
      { path: "node_modules/(next|react|react-dom|next-auth)/" },
    ),
    only("http-knows-domain", "It wraps the domain for requests.", `^lib/server/${http}/`, ["^lib/"]),
    never(
      "server-knows-no-client",
      "lib/client runs in the browser.",
      { path: "^lib/server/" },
      { path: "^lib/client/" },
    ),
    only("routes-know-http-and-domain", "A route file is thin.", "^app/api/", [
      "^lib/(server|engine|contracts)/",
    ]),
    only("pages-know-components", "What a page shows is a component.", "^app/(?!api/)", [
      "^app/(?!api/)",
      "^components/",
      "^lib/",
    ]),
    only("process-knows-domain", "It mounts what lib/server answers.", "^server/", [
      "^server/",
      "^lib/(server|engine|contracts)/",
      "^prisma/",
    ]),
    never(
      "nothing-knows-the-process",
      "server/ is the top.",
      { path: "^(app|components|lib|prisma)/" },
      { path: "^server/" },
    ),
    never(
      "nothing-knows-the-routes",
      "app/ is the top.",
      { path: ours, pathNot: ["^app/", test] },
      { path: "^app/" },
    ),
    never(
      "prisma-in-the-server-only",
      "Everything else asks a domain function.",
      { path: ours, pathNot: ["^(lib/server|prisma|tests)/", test] },
      { path: ["node_modules/@?prisma/", "^lib/server/generated/"] },
    ),
    never(
      "every-connection-is-bounded",
      "lib/engine/postgres/client.ts makes the connections, and no wait on one of its is without end.",
      { path: "^(app|components|lib|prisma|server)/", pathNot: ["^lib/engine/postgres/client[.]ts$", test] },
      { path: "node_modules/(@types/)?(pg|pg-pool|pg-native|postgres)/" },
    ),
    never(
      "prisma-is-given-its-connections",
      "The adapter opens its own connections unless it is given a bounded client.",
      { path: "^(app|components|lib|prisma|server)/", pathNot: ["^lib/server/database[.]ts$", test] },
      { path: "node_modules/@prisma/adapter-pg/" },
    ),
    only("sdk-knows-nothing-of-ours", "It runs in other people's services.", "^sdk/", ["^sdk/"]),
    never(
      "sdk-needs-node-only",
      "It has no dependencies; the types of Fastify and Hono are theirs.",
      { path: "^sdk/src/" },
      {
        dependencyTypes: ["npm", "npm-dev", "npm-optional", "npm-peer", "npm-no-pkg"],
        pathNot: "^node_modules/(fastify|hono)/",
      },
    ),
    only("examples-know-the-sdk", "A reader copies them.", "^examples/", ["^(examples|sdk)/"]),
    never(
      "nothing-knows-sdk-or-examples",
      "They are for services that ask this one.",
      { path: ours, pathNot: ["^(examples|sdk)/", test] },
      { path: "^(examples|sdk)/" },
    ),
    only("bench-knows-the-process", "It starts what it measures.", "^bench/", [
      "^(bench|server)/",
      "^lib/(server|engine|contracts)/",
    ]),
    never(
      "nothing-knows-the-bench",
      "It measures, and is no part of what is measured.",
      { path: ours, pathNot: "^bench/" },
      { path: "^bench/" },
    ),
    never(
      "product-without-tests",
      "A build has no tests.",
      { path: "^(app|components|lib|server)/" },
      { path: ["^(tests|e2e)/", test] },
    ),
  ],
  options: {
    parser: "swc",
    exclude: { path: "^sdk/dist/" },
    doNotFollow: { path: ["node_modules", "^lib/server/generated/"] },
    webpackConfig: { fileName: ".dependency-cruiser-alias.cjs" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
    },
  },
};
