import { RateLimiterPostgres } from "rate-limiter-flexible";
import { AppError } from "@/lib/contracts/app-error";
import type { Pool } from "@/lib/engine/postgres/client";
import { addressBucket } from "@/lib/engine/request/client-address";
import { throttleKey } from "./throttle-key";
import { unprepared } from "./unprepared";

const windowSeconds = 15 * 60;
const failuresPerAccount = 10;
const failuresPerAddress = 50;
const passkeysPerAddress = 100;
/** Five sessions' worth: each ends at its tenth wrong answer. */
const confirmationsPerAccount = 50;
const confirmationWindowSeconds = 24 * 60 * 60;

/**
 * Counts failed sign-ins per account and per address, in PostgreSQL, so that neither another instance nor a restart forgets
 * them. An account is named by the email that was typed, whether it exists or not: the answer tells nothing (S01, S08).
 */
export class SignInThrottle {
  private readonly accounts: RateLimiterPostgres;
  private readonly addresses: RateLimiterPostgres;
  private readonly passkeys: RateLimiterPostgres;
  private readonly confirmations: RateLimiterPostgres;

  constructor(pool: Pool) {
    const shared = {
      storeClient: unprepared(pool),
      storeType: "pool",
      tableName: "sign_in_throttles",
      tableCreated: true,
      clearExpiredByTimeout: false,
      duration: windowSeconds,
    };
    this.accounts = new RateLimiterPostgres({ ...shared, keyPrefix: "account", points: failuresPerAccount });
    this.addresses = new RateLimiterPostgres({ ...shared, keyPrefix: "address", points: failuresPerAddress });
    this.passkeys = new RateLimiterPostgres({ ...shared, keyPrefix: "passkey", points: passkeysPerAddress });
    this.confirmations = new RateLimiterPostgres({
      ...shared,
      keyPrefix: "confirmation",
      points: confirmationsPerAccount,
      duration: confirmationWindowSeconds,
    });
  }

  /**
   * Counts an attempt before it is judged, so that attempts at once cannot all pass the same count.
   * @throws AppError `too_many_attempts` with the time after which another try makes sense.
   */
  async count(email: string, ip: string): Promise<void> {
    await this.countAddress(ip);
    await consume(this.accounts, throttleKey(email));
  }

  /** The same for what cannot be guessed: only the address is counted. */
  countAddress(ip: string): Promise<void> {
    return consume(this.addresses, addressBucket(ip));
  }

  /** A right password: the account's failures are forgotten, and the attempt is not held against the address. */
  async forgive(email: string, ip: string): Promise<void> {
    await Promise.all([this.accounts.delete(throttleKey(email)), this.addresses.reward(addressBucket(ip))]);
  }

  async forgiveAccount(email: string): Promise<void> {
    await this.accounts.delete(throttleKey(email));
  }

  /**
   * Counts an attempt of a signed-in person to confirm who they are, whatever the session: confirmInSession counts in each.
   * @throws AppError `too_many_attempts`
   */
  countConfirmation(userId: string): Promise<void> {
    return consume(this.confirmations, userId);
  }

  async forgiveConfirmations(userId: string): Promise<void> {
    await this.confirmations.delete(userId);
  }

  /**
   * Counts a question for a passkey, by address alone and beside the guesses at passwords: nobody guesses a passkey, and
   * guesses at a password must not keep its owner from using one (S08). It bounds the questions that are kept.
   */
  countPasskey(ip: string): Promise<void> {
    return consume(this.passkeys, addressBucket(ip));
  }

  async forgivePasskey(ip: string): Promise<void> {
    await this.passkeys.reward(addressBucket(ip));
  }
}

async function consume(limiter: RateLimiterPostgres, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (refusal instanceof Error) throw refusal;
    const retryAfterSeconds = Math.max(
      1,
      Math.ceil((refusal as { msBeforeNext: number }).msBeforeNext / 1000),
    );
    throw new AppError(
      "too_many_attempts",
      `Too many attempts. Try again in ${inWords(retryAfterSeconds)}.`,
      {
        retryAfterSeconds,
      },
    );
  }
}

function inWords(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  if (minutes === 1) return "a minute";
  return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
