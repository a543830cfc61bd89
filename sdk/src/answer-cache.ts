import { createHash } from "node:crypto";
import type { Question } from "./ask-keyward";
import type { VerifiedKey } from "./verdict";

type Remembered = Omit<VerifiedKey, "cached" | "requestId">;
type Entry = { answer: Remembered; endsAt: number };

/** Bounds memory: answers beyond this many are forgotten. */
const mostEntries = 10_000;

/**
 * Keeps positive answers for `maxAgeSeconds`, and never past the key's expiry. An answer's age counts from when its question was
 * sent, so a key passes for at most `maxAgeSeconds` after it was revoked. Neither keys nor denials are kept.
 */
export class AnswerCache {
  readonly #entries = new Map<string, Entry>();
  readonly #maxAgeMs: number;

  constructor(maxAgeSeconds: number) {
    this.#maxAgeMs = maxAgeSeconds * 1000;
  }

  find(question: Question): Remembered | undefined {
    if (this.#maxAgeMs === 0) return undefined;
    const id = idOf(question);
    const entry = this.#entries.get(id);
    if (!entry) return undefined;
    const { expiresAt } = entry.answer;
    if (performance.now() < entry.endsAt && (!expiresAt || Date.now() < expiresAt.getTime()))
      return entry.answer;
    this.#entries.delete(id);
    return undefined;
  }

  keep(question: Question, answer: Remembered, askedAt: number): void {
    if (this.#maxAgeMs === 0) return;
    const id = idOf(question);
    this.#entries.delete(id);
    this.#entries.set(id, { answer, endsAt: askedAt + this.#maxAgeMs });
    if (this.#entries.size <= mostEntries) return;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest as string);
  }
}

/** The whole question but for the user agent, which is only logged. Hashed, so that no key is kept. */
function idOf({ user_agent, ...judged }: Question): string {
  const parts = Object.entries(judged).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64");
}
