import type { Pool } from "pg";
import { RateLimiterPostgres } from "rate-limiter-flexible";
import { AppError } from "../app-error";
import { addressBucket } from "../client-address";

const requestsPerClient = { points: 30, duration: 15 * 60 };
const mailsPerMailbox = { points: 5, duration: 60 * 60 };
const resendsPerInvitation = { points: 1, duration: 60 };
const invitationsPerAddress = { points: 10, duration: 24 * 60 * 60 };

/** Bounds the mails that go to addresses nobody has proven yet, in PostgreSQL, over all instances. */
export class MailThrottle {
  private readonly clients: RateLimiterPostgres;
  private readonly mailboxes: RateLimiterPostgres;
  private readonly resends: RateLimiterPostgres;
  private readonly invitations: RateLimiterPostgres;

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
    this.resends = new RateLimiterPostgres({ ...shared, keyPrefix: "resend", ...resendsPerInvitation });
    this.invitations = new RateLimiterPostgres({ ...shared, keyPrefix: "invited", ...invitationsPerAddress });
  }

  /** @throws AppError `too_many_attempts` for a client that asks for too many, whosever they are. */
  async countClient(ip: string | null): Promise<void> {
    const wait = await consume(this.clients, addressBucket(ip ?? "unknown"));
    if (wait !== null)
      throw new AppError("too_many_attempts", undefined, {
        retryAfterSeconds: Math.max(1, Math.ceil(wait / 1000)),
      });
  }

  /** @throws AppError `too_many_attempts` for an invitation that was sent again within the last minute. */
  async countResend(invitationId: string): Promise<void> {
    const wait = await consume(this.resends, invitationId);
    if (wait === null) return;
    const retryAfterSeconds = Math.max(1, Math.ceil(wait / 1000));
    const message = `It was sent again a moment ago. Wait ${retryAfterSeconds} s to send another.`;
    throw new AppError("too_many_attempts", message, { retryAfterSeconds });
  }

  /**
   * Counts each mail of a workspace to an address, so that withdrawing and inviting anew is no way around.
   * @throws AppError `too_many_attempts` past ten a day.
   */
  async countInvitation(workspaceId: string, email: string): Promise<void> {
    const wait = await consume(this.invitations, `${workspaceId} ${email}`);
    if (wait === null) return;
    const message = `${email} was sent ${invitationsPerAddress.points} invitations within a day, which is the most. Send the next one tomorrow.`;
    const retryAfterSeconds = Math.max(1, Math.ceil(wait / 1000));
    throw new AppError("too_many_attempts", message, { retryAfterSeconds });
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
