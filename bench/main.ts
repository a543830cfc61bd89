import { openBenchDatabase } from "./bench-database";
import { measureDecisions } from "./decisions";
import { describeMachine, leaveServerProcessor } from "./machine";
import { parseOptions } from "./options";
import { stopAllServers } from "./server-process";

const options = parseOptions(process.argv.slice(2));
const report = (line: string) => console.error(line);
leaveServerProcessor();
const bench = await openBenchDatabase();
let stopping = false;
const release = async () => {
  if (stopping) return;
  stopping = true;
  await stopAllServers();
  await bench.close();
};
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => void release().finally(() => process.exit(130)));
try {
  const machine = describeMachine(bench.version);
  const decisions = await measureDecisions(bench, options.pace, report);
  console.log(JSON.stringify({ machine, decisions }, null, 1));
} finally {
  await release();
}
