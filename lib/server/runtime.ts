import type { Logger } from "pino";
import type { KeyCache } from "@/lib/engine/keys/key-cache";
import type { KeyFormats } from "@/lib/engine/keys/key-format";
import type { KnownHashes } from "@/lib/engine/keys/known-hashes";
import type { LeaseKeeper } from "@/lib/engine/leases/lease-keeper";
import type { RejectionWatch } from "@/lib/engine/leases/rejected-everywhere";
import type { FailureLimiter } from "@/lib/engine/limits/failure-limiter";
import type { LimitSharing } from "@/lib/engine/limits/limit-sharing";
import type { SlidingWindow } from "@/lib/engine/limits/sliding-window";
import type { AccessLogWriter } from "@/lib/engine/log/access-log-writer";
import type { Pool } from "@/lib/engine/postgres/client";
import type { QuotaHolder } from "@/lib/engine/quotas/quota-holder";
import type { Env } from "./env";
import type { PrismaClient } from "./generated/prisma/client";
import type { MailThrottle } from "./mail-throttle";
import type { SignInThrottle } from "./sign-in-throttle";

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
