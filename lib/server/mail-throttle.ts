import { RateLimiterPostgres } from "rate-limiter-flexible";
import { AppError } from "@/lib/contracts/app-error";
import type { Pool } from "@/lib/engine/postgres/client";
import { addressBucket } from "@/lib/engine/request/client-address";
import type { LinkPurpose } from "./generated/prisma/client";
import { throttleKey } from "./throttle-key";
import { unprepared } from "./unprepared";

const requestsPerClient = { points: 30, duration: 15 * 60 };
const mailsPerMailbox = { points: 5, duration: 60 * 60 };
const resendsPerInvitation = { points: 1, duration: 60 };
const invitationsPerPerson = { points: 200, duration: 24 * 60 * 60 };
const invitationsPerAddress = { points: 10, duration: 24 * 60 * 60 };

/** Bounds the mails that people can have sent to addresses nobody has proven, in PostgreSQL, over all instances. */
export class MailThrottle {
  private readonly clients: RateLimiterPostgres;
  private readonly mailboxes: RateLimiterPostgres;
  private readonly resends: RateLimiterPostgres;
  private readonly inviters: RateLimiterPostgres;
  private readonly invitations: RateLimiterPostgres;

  constructor(pool: Pool) {
    const shared = {
      storeClient: unprepared(pool),
      storeType: "pool",
      tableName: "sign_in_throttles",
      tableCreated: true,
      clearExpiredByTimeout: false,
    };
    this.clients = new RateLimiterPostgres({ ...shared, keyPrefix: "mail_client", ...requestsPerClient });
    this.mailboxes = new RateLimiterPostgres({ ...shared, keyPrefix: "mailbox", ...mailsPerMailbox });
    this.inviters = new RateLimiterPostgres({ ...shared, keyPrefix: "inviter", ...invitationsPerPerson });
    this.resends = new RateLimiterPostgres({ ...shared, keyPrefix: "resend", ...resendsPerInvitation });
    this.invitations = new RateLimiterPostgres({ ...shared, keyPrefix: "invited", ...invitationsPerAddress });
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
  async mayMail(mailbox: string, kind: LinkPurpose | "second_step"): Promise<boolean> {
    return (await consume(this.mailboxes, throttleKey(`${kind} ${mailbox}`))) === null;
  }

  /** @throws AppError `too_many_attempts` for an invitation that was sent again within the last minute. */
  async countResend(invitationId: string): Promise<void> {
    const wait = await consume(this.resends, invitationId);
    if (wait === null) return;
    throw tooMany(wait, `It was sent again a moment ago. Wait ${Math.ceil(wait / 1000)} s to send another.`);
  }

  /**
   * Counts each mail of a workspace to an address, so that withdrawing and inviting anew is no way around, and each of a person's.
   * @throws AppError `too_many_attempts` past ten a day to one address, or two hundred a day by one person.
   */
  async countInvitation(inviter: { workspaceId: string; userId: string }, email: string): Promise<void> {
    const toAddress = await consume(this.invitations, throttleKey(`${inviter.workspaceId} ${email}`));
    if (toAddress !== null)
      throw tooMany(
        toAddress,
        `${email} was sent ${invitationsPerAddress.points} invitations within a day, which is the most. Send the next one tomorrow.`,
      );
    const byPerson = await consume(this.inviters, inviter.userId);
    if (byPerson !== null)
      throw tooMany(byPerson, "This is more invitations than one person can send in a day.");
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
