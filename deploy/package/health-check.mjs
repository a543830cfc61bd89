#!/usr/bin/env node
/**
 * Asks the server on this machine whether it is healthy, for supervisors without an HTTP client. Exits with 0 or 1. The argument is the
 * path to ask, by default /api/health, which answers 200 while the process runs; /api/ready needs the database as well.
 */
const { PORT, HOST } = process.env;
const path = process.argv[2] ?? "/api/health";
const timeoutMs = 4000;

try {
  const answer = await fetch(`http://${reachableHost()}:${PORT || 3000}${path}`, {
    signal: AbortSignal.timeout(timeoutMs),
  });
  console.log(`${answer.status} ${await answer.text()}`);
  process.exit(answer.ok ? 0 : 1);
} catch (error) {
  console.error(`${path} doesn't answer: ${error.cause?.message ?? error.message}`);
  process.exit(1);
}

/** HOST may stand for every address. */
function reachableHost() {
  if (!HOST || HOST === "0.0.0.0" || HOST === "::") return "127.0.0.1";
  return HOST.includes(":") ? `[${HOST}]` : HOST;
}
