import type { Logger } from "pino";
import type { AccessLogWriter } from "./access-log/access-log-writer";
import type { KeyFormats } from "./api-keys/key-format";
import type { FailureLimiter } from "./decisions/failure-limiter";
import type { KeyCache } from "./decisions/key-cache";
import type { KnownHashes } from "./decisions/known-hashes";
import type { LeaseKeeper } from "./decisions/lease-keeper";
import type { RejectionWatch } from "./decisions/rejected-everywhere";
import type { SlidingWindow } from "./decisions/sliding-window";
import type { Env } from "./env";
import type { PrismaClient } from "./generated/prisma/client";
import type { LimitSharing } from "./limits/limit-sharing";
import type { MailThrottle } from "./mail/mail-throttle";
import type { Pool } from "./postgres";
import type { QuotaHolder } from "./quotas/quota-holder";
import type { SignInThrottle } from "./users/sign-in-throttle";

/** What one process has one of. Made in server/, handed down; Next.js's bundles reach it through runtime(). */
export type Runtime = {
  env: Env;
  /** The folder with package.json, and all that is shipped beside the code. */
  projectRoot: string;
  log: Logger;
  pool: Pool;
  prisma: PrismaClient;
  accessLog: AccessLogWriter;
  keyFormats: KeyFormats;
  /** By its lease this process may decide from memory. */
  leaseKeeper: LeaseKeeper;
  keyCache: KeyCache;
  rejections: RejectionWatch;
  rateLimiter: SlidingWindow;
  /** By it this process limits together with others, where there are any. */
  limitSharing: LimitSharing;
  /** Failures per client address. */
  failureLimiter: FailureLimiter;
  /** Which hashes no key has, known without a query. */
  knownHashes: KnownHashes;
  quotas: QuotaHolder;
  signInThrottle: SignInThrottle;
  mailThrottle: MailThrottle;
  /** Signs next-auth's short-lived cookies. */
  authSecret: string;
  /** The first seals, all open. */
  encryptionKeys: Buffer[];
};

const accessor = globalThis as typeof globalThis & { __keywardRuntime?: Runtime };

/** Next.js loads one module several times; this is the only state that its copies share. */
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
