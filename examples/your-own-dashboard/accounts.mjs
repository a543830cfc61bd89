// @ts-check
import { createHash, randomBytes, randomUUID, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/**
 * Stands for the accounts that you have already: two users of one customer, and sessions in memory. It doesn't limit attempts to
 * guess a password.
 * @typedef {{ id: string, role: "admin" | "member" | "viewer", customer: { id: string, name: string, plan: string } }} User
 * @typedef {{ user: User, memberId: string, formToken: string, endsAt: number }} Session
 *   `memberId` is Keyward's id of the user. `formToken` is in every form: another site can't know it.
 * @typedef {Awaited<ReturnType<typeof createAccounts>>} Accounts
 */

const customer = { id: "customer-1", name: "First customer", plan: "pro" };
/** @type {User[]} */
const users = [
  { id: "user-1", role: "member", customer },
  { id: "user-2", role: "member", customer },
];
const sessionSeconds = 8 * 60 * 60;

/** @param {string} password Of both users. @param {boolean} isSecure Whether people come by https. */
export async function createAccounts(password, isSecure) {
  const salt = randomBytes(16);
  /** @type {(password: string) => Promise<Buffer>} */
  const hash = (text) => /** @type {Promise<Buffer>} */ (promisify(scrypt)(text, salt, 32));
  const passwordHash = await hash(password);
  /** By the SHA-256 of their cookie. @type {Map<string, Session>} */
  const sessions = new Map();
  // A browser accepts the prefix only on a Secure cookie of this very host.
  const cookieName = isSecure ? "__Host-session" : "session";
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
  const digest = (/** @type {string} */ token) => createHash("sha256").update(token).digest("hex");

  /** @param {import("node:http").IncomingMessage} request */
  function tokenOf(request) {
    const pairs = (request.headers.cookie ?? "").split("; ");
    return pairs.find((pair) => pair.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1) ?? "";
  }

  return {
    /** @param {string} id @param {string} given @returns {Promise<User | undefined>} */
    async checkPassword(id, given) {
      const isRight = timingSafeEqual(await hash(given), passwordHash);
      return isRight ? users.find((user) => user.id === id) : undefined;
    },
    /** @param {User} user @param {string} memberId @returns {string} The cookie. */
    beginSession(user, memberId) {
      for (const [key, { endsAt }] of sessions) if (endsAt < Date.now()) sessions.delete(key);
      const token = randomBytes(32).toString("base64url");
      const endsAt = Date.now() + sessionSeconds * 1000;
      sessions.set(digest(token), { user, memberId, formToken: randomUUID(), endsAt });
      return `${cookieName}=${token}; Max-Age=${sessionSeconds}; ${attributes}`;
    },
    /** @param {import("node:http").IncomingMessage} request @returns {Session | undefined} */
    findSession(request) {
      const session = sessions.get(digest(tokenOf(request)));
      return session && session.endsAt > Date.now() ? session : undefined;
    },
    /** @param {import("node:http").IncomingMessage} request @returns {string} The cookie. */
    endSession(request) {
      sessions.delete(digest(tokenOf(request)));
      return `${cookieName}=; Max-Age=0; ${attributes}`;
    },
  };
}
