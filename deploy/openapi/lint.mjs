/** Lints an OpenAPI description. Prints each problem, and fails if there is one. */
import { createConfig, lint } from "@redocly/openapi-core";

const rules = {
  // Health checks and preflights have no error of the client's.
  "operation-4xx-response": "off",
};
const config = await createConfig({ extends: ["recommended"], rules });
const problems = await lint({ ref: process.argv[2], config });
for (const { severity, ruleId, message, location } of problems)
  console.log(`${severity} ${ruleId}: ${message} (${location.map(({ pointer }) => pointer).join(", ")})`);
process.exitCode = problems.length === 0 ? 0 : 1;
