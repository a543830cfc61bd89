import { hash, verify } from "@node-rs/argon2";
import { dictionary } from "@zxcvbn-ts/language-common";
import { maximumPasswordLength } from "@/lib/contracts/account";
import { AppError } from "@/lib/contracts/app-error";

/** OWASP's parameters for argon2id, the library's default algorithm: 19 MiB, two passes. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/**
 * How many passwords are hashed at once, and how many can wait, so that 200 concurrent sign-ins don't use up the
 * machine (S54).
 */
const concurrency = 2;
const queueLimit = 100;

const common = new Set(dictionary["passwords-common"].map((password) => String(password).toLowerCase()));

/** Why a password isn't acceptable, or null. Length is counted in code points; nothing is trimmed or normalized. */
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
 * Checks a password against its hash. Without a hash (unknown email or no password), checks a dummy hash, so that the
 * response time doesn't reveal which (S01).
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
      throw new AppError("unavailable", "Too many people are signing in right now. Try again shortly.", {
        retryAfterSeconds: 2,
      });
    await new Promise<void>((resolve) => queue.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await work();
  } finally {
    // Pass the slot to the next in the queue, so that a new caller can't overtake it.
    const next = queue.shift();
    if (next) next();
    else running -= 1;
  }
}
