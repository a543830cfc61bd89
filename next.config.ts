import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  reactStrictMode: true,
  // The server process sets the security headers and compresses (server/compress.ts).
  compress: false,
  // Nothing uses it, and it would fetch what a stranger names.
  images: { unoptimized: true, remotePatterns: [], localPatterns: [] },
  // Native or stateful: loaded from node_modules at run time, never bundled.
  serverExternalPackages: [
    "@node-rs/argon2",
    "pg",
    "pino",
    "@prisma/client",
    "@prisma/adapter-pg",
    "rate-limiter-flexible",
    "@zxcvbn-ts/language-common",
    "sharp",
  ],
  // TypeScript 7 has no programming interface for Next.js to call; npm run check checks the types.
  typescript: { ignoreBuildErrors: true },
};

export default config;
