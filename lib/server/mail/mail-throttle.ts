import type { Pool } from "pg";
import { RateLimiterPostgres } from "rate-limiter-flexible";
import { AppError } from "../app-error";
import { addressBucket } from "../client-address";
import type { LinkPurpose } from "../generated/prisma/client";
import { throttleKey } from "../throttle-key";

const requestsPerClient = { points: 30, duration: 15 * 60 };
const mailsPerMailbox = { points: 5, duration: 60 * 60 };
const invitationsPerPerson = { points: 200, duration: 24 * 60 * 60 };

/** Bounds the mails that people can have sent to addresses nobody has proven, in PostgreSQL, over all instances. */
export class MailThrottle {
  private readonly clients: RateLimiterPostgres;
  private readonly mailboxes: RateLimiterPostgres;
  private readonly inviters: RateLimiterPostgres;

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
    this.inviters = new RateLimiterPostgres({ ...shared, keyPrefix: "inviter", ...invitationsPerPerson });
  }

  /** @throws AppError `too_many_attempts` for a client that asks for too many, whosever they are. */
  async countClient(ip: string | null): Promise<void> {
    const wait = await consume(this.clients, addressBucket(ip ?? "unknown"));
    if (wait !== null) throw tooMany(wait);
  }

  /**
   * Whether a mailbox may get one more of a kind. Who asks is told the same either way: the mailbox has enough of them already.
   * Each kind counts apart, or somebody could use up the mails that lead back into an account with others (S08).
   */
  async mayMail(email: string, kind: LinkPurpose): Promise<boolean> {
    return (await consume(this.mailboxes, throttleKey(`${kind} ${email}`))) === null;
  }

  /** @throws AppError `too_many_attempts` where somebody has invited too many, or an address was invited too often. */
  async countInvitation(inviterId: string, email: string): Promise<void> {
    const wait =
      (await consume(this.inviters, inviterId)) ??
      (await consume(this.mailboxes, throttleKey(`invitation ${email}`)));
    if (wait !== null) throw tooMany(wait, "This is more invitations than can be sent now. Try again later.");
  }
}

function tooMany(waitMilliseconds: number, message?: string): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMilliseconds / 1000));
  return new AppError("too_many_attempts", message, { retryAfterSeconds });
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
