/**
 * `npm test`: installs, builds, installs a browser, and runs the unit tests (`-- unit`), the component tests (`-- components`), the
 * end-to-end tests (`-- e2e`) or all three. `npm run test:peers` runs the tests with real gateways and Redis, `npm run test:faults`
 * those with faults, and `npm run test:outside` both. After the tests each one that failed is named on a line that begins with
 * `FAILED`. The last line on standard output is always `N passed, N failed`, the total.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { ensureBrowser } from "./browser.mjs";
import { ensureBuilt } from "./build.mjs";
import { ensurePrograms } from "./debian-programs.mjs";
import { ensureInstalled } from "./install.mjs";
import { root, run } from "./run.mjs";

/** After this time a run is aborted. An idle machine with two cores needs well under half of it. */
const runTimeoutMs = 25 * 60_000;

const peerPrograms = [
  ...["nginx", "caddy", "haproxy", "redis-server"],
  ...["curl", "java", "python3", "php", "ruby", "go", "systemd-analyze"],
];
const faultPrograms = ["pgbouncer", "libfaketime", "redis-server"];

const suites = {
  unit: { title: "Unit and integration tests", start: startVitest, count: countVitest },
  components: {
    title: "Components in a browser",
    prepare: ensureBrowser,
    start: startVitestOf("vitest.components.config.ts"),
    count: countVitest,
  },
  e2e: { title: "End-to-end tests", prepare: ensureBrowser, start: startPlaywright, count: countPlaywright },
  peers: {
    title: "Tests with gateways, HTTP clients and Redis",
    alone: true,
    prepare: () => ensurePrograms(peerPrograms),
    start: startVitestOf("vitest.peers.config.ts"),
    count: countVitest,
  },
  faults: {
    title: "Tests with faults: a pooler, stepped clocks, a failover",
    alone: true,
    prepare: async () => {
      await ensureBrowser();
      await ensurePrograms(faultPrograms);
    },
    start: startVitestOf("vitest.faults.config.ts"),
    count: countVitest,
  },
  outside: {
    title: "Tests with programs from outside, and with faults",
    alone: true,
    prepare: async () => {
      await ensureBrowser();
      await ensurePrograms([...new Set([...peerPrograms, ...faultPrograms])]);
    },
    start: startVitestOf("vitest.outside.config.ts"),
    count: countVitest,
  },
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in suites));
const total = { passed: 0, failed: 0 };
const failures = [];
if (unknown.length > 0)
  fail(`There are no "${unknown.join(" ")}" tests; choose from ${Object.keys(suites).join(", ")}.`);
else await runAll();

for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);

async function runAll() {
  const deadline = Date.now() + runTimeoutMs;
  const reports = mkdtempSync(join(tmpdir(), "keyward-tests-"));
  try {
    process.chdir(root);
    await ensureInstalled();
    await ensureBuilt();
    for (const [name, suite] of Object.entries(suites)) {
      if (chosen.length > 0 ? !chosen.includes(name) : suite.alone) continue;
      await suite.prepare?.();
      console.log(`\n${suite.title}`);
      const report = join(reports, `${name}.json`);
      const code = await suite.start(report, Math.max(1, deadline - Date.now()));
      add(suite, code, report);
      if (Date.now() >= deadline)
        throw new Error(`The tests took longer than ${runTimeoutMs / 60_000} minutes.`);
    }
  } catch (error) {
    fail(error.message);
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}

function fail(message) {
  failures.push(message);
  total.failed += 1;
}

/** If a suite fails without a failed test (a file doesn't load, or an error outside of tests), that counts as one failure. */
function add({ title, count }, code, reportFile) {
  if (!existsSync(reportFile)) return fail(`${title}: exited with code ${code} and wrote no report.`);
  const { passed, failed, named } = count(JSON.parse(readFileSync(reportFile, "utf8")));
  total.passed += passed;
  total.failed += failed;
  failures.push(...named);
  if (code !== 0 && failed === 0) fail(`${title}: no test failed, but the exit code is ${code}.`);
  if (passed + failed === 0) fail(`${title}: no test was run.`);
}

function startVitestOf(config) {
  return (report, timeoutMs) => startVitest(report, timeoutMs, ["--config", config]);
}

function startVitest(report, timeoutMs, more = []) {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  return run(process.execPath, [vitest, "run", ...more, ...reporters], { timeoutMs });
}

/** Skipped and to-do tests count as failed. */
function countVitest({ numTotalTests, numPassedTests, testResults }) {
  const named = testResults.flatMap(({ name: file, assertionResults, message }) => {
    const failed = assertionResults.filter(({ status }) => status !== "passed");
    if (failed.length === 0) return message ? [describeFailure(file, "the file", [message])] : [];
    return failed.map(({ fullName, status, failureMessages }) =>
      describeFailure(file, fullName, failureMessages?.length > 0 ? failureMessages : [status]),
    );
  });
  return { passed: numPassedTests, failed: numTotalTests - numPassedTests, named };
}

function startPlaywright(report, timeoutMs) {
  const playwright = join(root, "node_modules", "@playwright", "test", "cli.js");
  const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: report };
  return run(process.execPath, [playwright, "test", "--reporter=list,json"], { env, timeoutMs });
}

/** Flaky tests, which passed only when repeated, count as failed. */
function countPlaywright({ stats, errors, suites: files }) {
  const failed = stats.unexpected + stats.flaky + stats.skipped + errors.length;
  const named = [...errors.map(({ message }) => message), ...files.flatMap(failedSpecs)];
  return { passed: stats.expected, failed, named };
}

function failedSpecs({ specs = [], suites: inner = [] }) {
  const failed = specs.flatMap(({ file, title, tests }) =>
    tests
      .filter(({ status }) => status !== "expected")
      .map(({ status, results }) =>
        describeFailure(join(root, "e2e", file), title, [results.at(-1)?.error?.message ?? status]),
      ),
  );
  return [...failed, ...inner.flatMap(failedSpecs)];
}

/** One line: file, title, and the first line of what went wrong, without terminal colours. */
function describeFailure(file, title, [message]) {
  const [reason] = stripVTControlCharacters(message).trim().split("\n");
  return `${relative(root, file)}: ${title}: ${reason.slice(0, 300)}`;
}
