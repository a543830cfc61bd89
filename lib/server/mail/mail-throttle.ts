import type { Pool } from "pg";
import { RateLimiterPostgres } from "rate-limiter-flexible";
import { AppError } from "../app-error";
import { addressBucket } from "../client-address";

const requestsPerClient = { points: 30, duration: 15 * 60 };
const mailsPerMailbox = { points: 5, duration: 60 * 60 };

/** Bounds the mails that people who are not signed in can have sent, in PostgreSQL, over all instances. */
export class MailThrottle {
  private readonly clients: RateLimiterPostgres;
  private readonly mailboxes: RateLimiterPostgres;

  constructor(pool: Pool) {
    const shared = {
      storeClient: pool,
      storeType: "pool",
      tableName: "sign_in_throttles",
      tableCreated: true,
      clearExpiredByTimeout: false,
    };
    this.clients = new RateLimiterPostgres({ ...shared, keyPrefix: "mail_client", ...requestsPerClient });
    this.mailboxes = new RateLimiterPostgres({ ...shared, keyPrefix: "mailbox", ...mailsPerMailbox });
  }

  /** @throws AppError `too_many_attempts` for a client that asks for too many, whosever they are. */
  async countClient(ip: string | null): Promise<void> {
    const wait = await consume(this.clients, addressBucket(ip ?? "unknown"));
    if (wait !== null)
      throw new AppError("too_many_attempts", undefined, {
        retryAfterSeconds: Math.max(1, Math.ceil(wait / 1000)),
      });
  }

  /** Whether a mailbox may get one more. Who asks is told the same either way: the mailbox has enough of them already. */
  async mayMail(email: string): Promise<boolean> {
    return (await consume(this.mailboxes, email)) === null;
  }
}

/** @returns Null, or the milliseconds to wait. */
async function consume(limiter: RateLimiterPostgres, key: string): Promise<number | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (refusal) {
    if (refusal instanceof Error) throw refusal;
    return (refusal as { msBeforeNext: number }).msBeforeNext;
  }
}
