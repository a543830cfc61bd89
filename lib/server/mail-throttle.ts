import { AppError, wholeSeconds } from "@/lib/contracts/app-error";
import type { Pool } from "@/lib/engine/postgres/client";
import { addressBucket } from "@/lib/engine/request/client-address";
import type { LinkPurpose } from "./generated/prisma/client";
import { hashedKey, Throttle } from "./throttle";

const hourSeconds = 60 * 60;
const requestsPerClient = { points: 30, durationSeconds: hourSeconds / 4 };
const mailsPerMailbox = { points: 5, durationSeconds: hourSeconds };
const resendsPerInvitation = { points: 1, durationSeconds: 60 };
const invitationsPerPerson = { points: 200, durationSeconds: 24 * hourSeconds };
const invitationsPerAddress = { points: 10, durationSeconds: 24 * hourSeconds };

/** Limits the email that people can trigger to unverified addresses. */
export class MailThrottle {
  private readonly clients: Throttle;
  private readonly mailboxes: Throttle;
  private readonly resends: Throttle;
  private readonly inviters: Throttle;
  private readonly invitations: Throttle;

  constructor(pool: Pool) {
    this.clients = new Throttle(pool, "mail_client", requestsPerClient);
    this.mailboxes = new Throttle(pool, "mailbox", mailsPerMailbox);
    this.inviters = new Throttle(pool, "inviter", invitationsPerPerson);
    this.resends = new Throttle(pool, "resend", resendsPerInvitation);
    this.invitations = new Throttle(pool, "invited", invitationsPerAddress);
  }

  /** @throws AppError `too_many_attempts` for a client that requests too many emails, to any address. */
  async countClient(ip: string | null): Promise<void> {
    const waitMs = await this.clients.consume(addressBucket(ip ?? "unknown"));
    if (waitMs !== null) throw tooMany(waitMs);
  }

  /**
   * Whether a mailbox can get another email of this kind. The caller gives the same response either way. Each kind has its own
   * count, so that an attacker can't use up a person's recovery emails by requesting other ones (S08).
   */
  async mayMail(mailbox: string, kind: LinkPurpose | "second_step"): Promise<boolean> {
    return (await this.mailboxes.consume(hashedKey(`${kind} ${mailbox}`))) === null;
  }

  /** @throws AppError `too_many_attempts` for an invitation that was resent within the last minute. */
  async countResend(invitationId: string): Promise<void> {
    const waitMs = await this.resends.consume(invitationId);
    if (waitMs === null) return;
    throw tooMany(waitMs, `This invitation was just sent. Wait ${wholeSeconds(waitMs)} s to send it again.`);
  }

  /**
   * Counts every invitation email by workspace and address, so that withdrawing and inviting again doesn't bypass the limit, and
   * by inviter.
   * @throws AppError `too_many_attempts` after 10 emails a day to one address, or 200 a day by one person.
   */
  async countInvitation(inviter: { workspaceId: string; userId: string }, email: string): Promise<void> {
    const waitForAddressMs = await this.invitations.consume(hashedKey(`${inviter.workspaceId} ${email}`));
    if (waitForAddressMs !== null)
      throw tooMany(
        waitForAddressMs,
        `${email} has received ${invitationsPerAddress.points} invitations today, which is the limit. Try again tomorrow.`,
      );
    const waitForPersonMs = await this.inviters.consume(inviter.userId);
    if (waitForPersonMs !== null)
      throw tooMany(waitForPersonMs, "You've reached the limit for invitations today. Try again tomorrow.");
  }
}

function tooMany(waitMs: number, message?: string): AppError {
  return new AppError("too_many_attempts", message, { retryAfterSeconds: wholeSeconds(waitMs) });
}
