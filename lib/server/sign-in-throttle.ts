import { AppError, wholeSeconds } from "@/lib/contracts/app-error";
import type { Pool } from "@/lib/engine/postgres/client";
import { addressBucket } from "@/lib/engine/request/client-address";
import { hashedKey, Throttle } from "./throttle";

const windowSeconds = 15 * 60;
const failuresPerAccount = { points: 10, durationSeconds: windowSeconds };
const failuresPerAddress = { points: 50, durationSeconds: windowSeconds };
const passkeysPerAddress = { points: 100, durationSeconds: windowSeconds };
/** Enough for five sessions: each session ends at its tenth wrong answer. */
const confirmationsPerAccount = { points: 50, durationSeconds: 24 * 60 * 60 };

/**
 * Counts failed sign-ins per account and per address. An account is identified by the email that was typed, whether or not it
 * exists, so the response doesn't reveal which emails have accounts (S01, S08).
 */
export class SignInThrottle {
  private readonly accounts: Throttle;
  private readonly addresses: Throttle;
  private readonly passkeys: Throttle;
  private readonly confirmations: Throttle;

  constructor(pool: Pool) {
    this.accounts = new Throttle(pool, "account", failuresPerAccount);
    this.addresses = new Throttle(pool, "address", failuresPerAddress);
    this.passkeys = new Throttle(pool, "passkey", passkeysPerAddress);
    this.confirmations = new Throttle(pool, "confirmation", confirmationsPerAccount);
  }

  /**
   * Counts an attempt before checking it, so that concurrent attempts can't all pass on the same count.
   * @throws AppError `too_many_attempts` with the time to wait.
   */
  async count(email: string, ip: string): Promise<void> {
    await this.countAddress(ip);
    await consume(this.accounts, hashedKey(email));
  }

  /** Counts only the address. For codes that are too long to guess. */
  countAddress(ip: string): Promise<void> {
    return consume(this.addresses, addressBucket(ip));
  }

  /** After a correct password: resets the account's count and takes this attempt off the address's count. */
  async forgive(email: string, ip: string): Promise<void> {
    await Promise.all([this.forgiveAccount(email), this.addresses.giveBack(addressBucket(ip))]);
  }

  async forgiveAccount(email: string): Promise<void> {
    await this.accounts.reset(hashedKey(email));
  }

  /**
   * Counts a signed-in person's attempt to confirm who they are, across all of their sessions. confirmInSession counts per session.
   * @throws AppError `too_many_attempts`
   */
  countConfirmation(userId: string): Promise<void> {
    return consume(this.confirmations, userId);
  }

  async forgiveConfirmations(userId: string): Promise<void> {
    await this.confirmations.reset(userId);
  }

  /**
   * Limits how many passkey challenges an address can request. The count is separate from password attempts: a passkey can't be
   * guessed, and guessing at a password must not stop its owner from using a passkey (S08).
   */
  countPasskey(ip: string): Promise<void> {
    return consume(this.passkeys, addressBucket(ip));
  }

  async forgivePasskey(ip: string): Promise<void> {
    await this.passkeys.giveBack(addressBucket(ip));
  }
}

async function consume(throttle: Throttle, key: string): Promise<void> {
  const waitMs = await throttle.consume(key);
  if (waitMs === null) return;
  const retryAfterSeconds = wholeSeconds(waitMs);
  const message = `Too many attempts. Try again in ${inWords(retryAfterSeconds)}.`;
  throw new AppError("too_many_attempts", message, { retryAfterSeconds });
}

function inWords(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  if (minutes === 1) return "a minute";
  return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
