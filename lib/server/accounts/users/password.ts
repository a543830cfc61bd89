import { hash, verify } from "@node-rs/argon2";
import { dictionary } from "@zxcvbn-ts/language-common";
import { maximumPasswordLength } from "@/lib/contracts/account";
import { AppError } from "@/lib/contracts/app-error";

/** OWASP's setting for argon2id, which is the library's default algorithm: 19 MiB, two passes. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes at once, and how many may wait: 200 sign-ins at once must not take the machine from everybody else (S54). */
const concurrency = 2;
const queueLimit = 100;

const common = new Set(dictionary["passwords-common"].map((password) => String(password).toLowerCase()));

/** Why a password is refused, or null. Length is counted in code points; nothing is trimmed or folded. */
export function passwordProblem(password: string, minimumLength: number): string | null {
  const length = [...password].length;
  if (length < minimumLength) return `Use at least ${minimumLength} characters.`;
  if (length > maximumPasswordLength) return `Use at most ${maximumPasswordLength} characters.`;
  if (common.has(password.toLowerCase()))
    return "This password is on the list of common passwords. Choose another.";
  return null;
}

/** An argon2id hash as a PHC string. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, cost));
}

/**
 * Whether the password belongs to the hash. Without a hash (an unknown email, or an account without a password) a dummy is
 * verified all the same, so that the time taken does not tell which it was (S01).
 */
export async function verifyPassword(password: string, passwordHash: string | null): Promise<boolean> {
  if ([...password].length > maximumPasswordLength) return false;
  dummyHash ??= hash("a password deletedAccountOwner has", cost);
  const against = passwordHash ?? (await dummyHash);
  const matches = await inTurn(() => verify(against, password));
  return matches && passwordHash !== null;
}

let dummyHash: Promise<string> | undefined;
let running = 0;
const queue: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= concurrency) {
    if (queue.length >= queueLimit)
      throw new AppError("unavailable", "Many people are signing in right now. Try again shortly.", {
        retryAfterSeconds: 2,
      });
    await new Promise<void>((resolve) => queue.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await work();
  } finally {
    // The place goes straight to whoever waits, so that a newcomer cannot overtake the queue.
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  }
}
