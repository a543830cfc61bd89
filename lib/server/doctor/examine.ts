import type { Env } from "../env";
import { maskSecrets } from "../mask-secrets";
import { examineDisk } from "./examine-disk";
import { examineInstance } from "./examine-instance";
import { examineMail, sendTestMail } from "./examine-mail";
import { examineOutgoing } from "./examine-outgoing";
import { examineRedis } from "./examine-redis";
import { examineSecrets } from "./examine-secrets";
import { examineStore, type FindEmbedded } from "./examine-store";
import { examineRedirect, examineWeb } from "./examine-web";
import { type Finding, note, warning } from "./finding";
import { type FindingId, findingTexts } from "./finding-texts";
import { judgeEnv } from "./judge-env";
import { judgeSettingNames } from "./judge-setting-names";
import { type ReadSettings, readSettings, type Settings } from "./read-settings";
import { type Probe, runProbes } from "./run-probes";

export type Examination = {
  /** Environment variables, as process.env has them. */
  source: Settings;
  /** Where the embedded PostgreSQL of a data folder is. Asked if DATABASE_URL isn't set. */
  findEmbedded: FindEmbedded;
  migrationsFolder: string;
  /** Null: send no test mail. */
  sendTestMailTo: string | null;
  /** How long each check may take. */
  limitMs?: number;
  /** How long the rates of the clocks are compared. */
  clockIntervalMs?: number;
};

const usualLimitMs = 5000;
/** What a check does within its limit, so that it can say itself what hangs. */
const stepOf = (limitMs: number) => limitMs * 0.4;

/** Examines the settings, and everything that they name, at the same time. Changes nothing but the log (`examineProxy`). Never throws. */
export async function examine(examination: Examination): Promise<Finding[]> {
  const read = readSettings(examination.source);
  const fromSettings = [...read.findings, ...judgeSettingNames(examination.source)];
  if (read.env === null)
    return [
      ...fromSettings,
      warning("doctor.incomplete", "Nothing else was checked: the settings can't be used."),
    ];
  const { env } = read;
  const limitMs = examination.limitMs ?? usualLimitMs;
  const { runnable, skipped } = chooseProbes(probesOf(env, read, examination), read.invalid);
  const { clockIntervalMs = stepOf(limitMs), findEmbedded, migrationsFolder } = examination;
  const store = { env, invalid: read.invalid, limitMs, clockIntervalMs, findEmbedded, migrationsFolder };
  const needed = ["DATABASE_URL", "DATA_DIR"].filter((name) => read.invalid.has(name));
  const found = await Promise.all([
    runProbes(runnable, limitMs),
    needed.length > 0 ? [skip("the database", needed)] : examineStore(store),
  ]);
  // Libraries may put an address with its password into an error.
  const mask = maskSecrets(env.secrets);
  return inOrder([...fromSettings, ...skipped, ...found.flat()]).map((finding) => ({
    ...finding,
    what: mask(finding.what),
  }));
}

/** A probe, and the settings without which it makes no sense. */
type SettingProbe = Probe & { needs: string[] };

function probesOf(env: Env, { valid, invalid }: ReadSettings, examination: Examination): SettingProbe[] {
  const limitMs = examination.limitMs ?? usualLimitMs;
  const stepMs = stepOf(limitMs);
  const { sendTestMailTo } = examination;
  const mail = ["APP_URL", "SMTP_URL", "MAIL_FROM"];
  const ofEnv = ["APP_URL", "HOST", "TRUSTED_PROXIES", "WEBHOOK_ALLOW_CIDRS"];
  return [
    { subject: "the settings", needs: ofEnv, run: () => judgeEnv(env) },
    { subject: "the secrets", needs: ["APP_URL"], run: () => examineSecrets(valid, env, invalid) },
    { subject: "the disk", needs: ["APP_URL", "DATA_DIR"], run: () => examineDisk(env) },
    {
      subject: "this machine's instance",
      needs: ["HOST", "PORT"],
      run: (signal) => examineInstance(env, { signal, stepMs }),
    },
    { subject: "APP_URL", needs: ["APP_URL"], run: (signal) => examineWeb(env, { signal, stepMs }) },
    { subject: "http", needs: ["APP_URL"], run: (signal) => examineRedirect(env, { signal, stepMs }) },
    { subject: "mail", needs: mail, run: () => examineMail(env, stepMs) },
    ...(env.redisUrls.length > 0 || invalid.has("REDIS_URL")
      ? [{ subject: "Redis", needs: ["REDIS_URL"], run: () => examineRedis(env.redisUrls, stepMs) }]
      : []),
    {
      subject: "connections to other servers",
      needs: ["DNS_SERVERS"],
      run: (signal) => examineOutgoing(env, signal),
    },
    ...(sendTestMailTo === null
      ? []
      : [
          {
            ...{ subject: "the test mail", needs: mail, limitMs: 3 * limitMs },
            run: () => sendTestMail(env, sendTestMailTo, limitMs),
          },
        ]),
  ];
}

function chooseProbes(probes: readonly SettingProbe[], invalid: ReadonlySet<string>) {
  const lackingOf = ({ needs }: SettingProbe) => needs.filter((name) => invalid.has(name));
  return {
    runnable: probes.filter((probe) => lackingOf(probe).length === 0),
    skipped: probes
      .filter((probe) => lackingOf(probe).length > 0)
      .map((probe) => skip(probe.subject, lackingOf(probe))),
  };
}

function skip(subject: string, lacking: string[]): Finding {
  const verb = lacking.length === 1 ? "isn't" : "aren't";
  return note(
    "doctor.incomplete",
    `Didn't check ${subject}, because ${lacking.join(" and ")} ${verb} valid.`,
  );
}

function inOrder(findings: readonly Finding[]): Finding[] {
  const ids = Object.keys(findingTexts) as FindingId[];
  return findings.toSorted((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id));
}
