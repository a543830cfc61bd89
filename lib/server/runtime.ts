import type { Logger } from "pino";
import type { Engine } from "@/lib/engine/engine";
import type { Pool } from "@/lib/engine/postgres/client";
import type { BackgroundWork } from "./background-work";
import type { Env } from "./env";
import type { PrismaClient } from "./generated/prisma/client";
import type { LogStreams } from "./logs/log-streams";
import type { MailThrottle } from "./mail-throttle";
import type { LogExporter } from "./otlp/log-exporter";
import type { OtlpClient } from "./otlp/otlp-client";
import type { ServiceTokenUses } from "./service-token-uses";
import type { SignInThrottle } from "./sign-in-throttle";
import type { Throttle } from "./throttle";

/** The keys that audit events, log entries and checkpoints are sealed with. */
export type ChainKeys = Record<"audit" | "access_log" | "checkpoints", Buffer>;

/** The singletons of a process. Created in server/ and passed down; Next.js bundles get them from runtime(). */
export type Runtime = {
  env: Env;
  /** The folder with package.json and the files shipped with the code. */
  projectRoot: string;
  log: Logger;
  pool: Pool;
  prisma: PrismaClient;
  engine: Engine;
  signInThrottle: SignInThrottle;
  mailThrottle: MailThrottle;
  /** Counts reports of leaked keys, by client address. */
  leakReports: Throttle;
  /** Counts test events to endpoints that aren't saved yet, and host names of endpoints that are saved, by workspace. */
  endpointTests: Throttle;
  /** Counts test events and retries of subscriptions, by workspace. */
  eventSends: Throttle;
  /** Counts replays, by workspace. */
  eventReplays: Throttle;
  serviceTokenUses: ServiceTokenUses;
  /** Live views of the access log. */
  logStreams: LogStreams;
  /** Sends the access log over OTLP. Null if it isn't set up. */
  otlp: { client: OtlpClient; exporter: LogExporter } | null;
  background: BackgroundWork;
  /** The first signs next-auth's short-lived cookies and mailed codes, all verify. */
  authSecrets: string[];
  /** The first encrypts, all decrypt. */
  encryptionKeys: Buffer[];
  /** Null if they can't be decrypted: then this process seals nothing. */
  chainKeys: ChainKeys | null;
};

const accessor = globalThis as typeof globalThis & { __keywardRuntime?: Runtime };

/** Next.js loads modules several times. The copies share only this global and the one of trace.ts. */
export function runtime(): Runtime {
  if (!accessor.__keywardRuntime)
    throw new Error("The server has not started: start it with npm start, not with next.");
  return accessor.__keywardRuntime;
}

export function setRuntime(value: Runtime): void {
  accessor.__keywardRuntime = value;
}

export function db(): PrismaClient {
  return runtime().prisma;
}
