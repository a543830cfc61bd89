/** A file of a recipe. `source` is the tested original in this repository, or, after `#`, the named code block of a guide. */
type RecipeFile = { name: string; source: string };
type RecipeRow = { label: string; kind: "gateway" | "sdk" | "http"; files: readonly RecipeFile[] };

const gateways = "deploy/gateways";
const guide = "sdk/README.md";

/** The integrations that the page "Protect an API" shows. */
export const protectRecipes = {
  nginx: {
    label: "nginx",
    kind: "gateway",
    files: [{ name: "keyward.conf", source: `${gateways}/nginx.conf` }],
  },
  caddy: {
    label: "Caddy",
    kind: "gateway",
    files: [{ name: "Caddyfile", source: `${gateways}/Caddyfile` }],
  },
  haproxy: {
    label: "HAProxy",
    kind: "gateway",
    files: [
      { name: "haproxy.cfg", source: `${gateways}/haproxy.cfg` },
      { name: "keyward.lua", source: `${gateways}/keyward.lua` },
    ],
  },
  traefik: {
    label: "Traefik",
    kind: "gateway",
    files: [{ name: "traefik.yml", source: `${gateways}/traefik.yml` }],
  },
  envoy: {
    label: "Envoy",
    kind: "gateway",
    files: [{ name: "envoy.yaml", source: `${gateways}/envoy.yaml` }],
  },
  express: {
    label: "Express",
    kind: "sdk",
    files: [{ name: "express.mjs", source: `${guide}#express.mjs` }],
  },
  fastify: {
    label: "Fastify",
    kind: "sdk",
    files: [{ name: "fastify.mjs", source: `${guide}#fastify.mjs` }],
  },
  hono: { label: "Hono", kind: "sdk", files: [{ name: "hono.mjs", source: `${guide}#hono.mjs` }] },
  next: {
    label: "Next.js",
    kind: "sdk",
    files: [{ name: "route.js", source: `${guide}#app/files/route.js` }],
  },
  node: { label: "node:http", kind: "sdk", files: [{ name: "server.mjs", source: `${guide}#server.mjs` }] },
  curl: { label: "curl", kind: "http", files: [{ name: "verify.sh", source: `${gateways}/verify.sh` }] },
} as const satisfies Record<string, RecipeRow>;

export type ProtectRecipe = keyof typeof protectRecipes;
export const protectRecipeIds = Object.keys(protectRecipes) as ProtectRecipe[];

/** File contents by `source`. */
export type RecipeSources = Readonly<Record<string, string>>;
