import { expect, test, vi } from "vitest";
import type { Finding } from "@/lib/server/doctor/finding";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { useKeyApiServer } from "@/tests/processes/key-api-server";
import { useKeywardCommand } from "@/tests/processes/keyward-command";
import { reportText } from "./doctor-report";

useRuntime();
const api = useKeyApiServer();
const keyward = useKeywardCommand();
// Each command starts a process that loads the whole program.
vi.setConfig({ testTimeout: 60_000 });

type Report = { findings: Finding[]; problems: number; warnings: number; notes: number };

test("doctor exits with 0 if nothing is a problem, with 1 if something is, and with 2 if it couldn't run", async () => {
  const env = {
    PORT: String(api.port()),
    APP_URL: api.origin(),
    LEAK_REPORT_KEYS_URL: `${api.origin()}/keys`,
  };
  const stateOf = async () => {
    const text =
      "SELECT (SELECT count(*) FROM access_log.writers) AS writers, (SELECT count(*) FROM decisions.instances) AS instances";
    return (await runtime().pool.query(text)).rows;
  };
  const before = await stateOf();
  const [well, ill, wrong] = await Promise.all([
    keyward(["doctor", "--json"], { env }),
    keyward(["doctor"], { env: { ...env, DATABASE_URL: "postgresql://u:sesame@127.0.0.1:1/x" } }),
    keyward(["doctor", "--send-test-mail", "nobody"], { env }),
  ]);
  const { findings, ...counts } = well.json as Report;
  expect([well.code, well.stderr, counts]).toEqual([
    0,
    "",
    { problems: 0, warnings: expect.any(Number), notes: expect.any(Number) },
  ]);
  expect(findings).toContainEqual({
    ...{ id: "database.connection", severity: "ok", what: "The database answers." },
    ...{ why: expect.any(String), mend: null },
  });
  expect([ill.code, ill.stderr]).toEqual([1, ""]);
  expect(ill.stdout).toMatch(
    /\nproblem {2}database\.connection +The database can't be used: .*\n +Why: .*\n +Mend: /,
  );
  expect(ill.stdout).toMatch(/\n1 problem, \d+ warnings?, \d+ notes?\./);
  expect(ill.stdout).not.toContain("sesame");
  expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
  expect(wrong.stderr).toMatch(/--send-test-mail.*valid email address/);
  // It takes part in nothing. What it asked the server is in the log.
  expect(await stateOf()).toEqual(before);
  const { rows } = await runtime().pool.query(
    "SELECT code FROM access_log.entries WHERE user_agent = 'keyward doctor'",
  );
  expect(rows).toEqual([{ code: "missing_key" }]);
});

test("the report shows what is worst last", () => {
  const finding = (severity: Finding["severity"]): Finding => ({
    ...{
      id: "disk.space",
      severity,
      what: `${severity}!`,
      why: "It matters.",
      mend: severity === "ok" ? null : "Mend it.",
    },
  });
  expect(reportText([finding("problem"), finding("note"), finding("ok")])).toBe(
    [
      "ok       disk.space               ok!",
      ...[
        "",
        "note     disk.space               note!",
        "         Why: It matters.",
        "         Mend: Mend it.",
      ],
      ...[
        "",
        "problem  disk.space               problem!",
        "         Why: It matters.",
        "         Mend: Mend it.",
      ],
      ...["", "1 problem, 0 warnings, 1 note. docs/troubleshooting.md explains each check."],
    ].join("\n"),
  );
});
