import { createHash } from "node:crypto";
import type { Question } from "./ask-keyward";
import type { VerifiedKey } from "./verdict";

type Remembered = Omit<VerifiedKey, "cached" | "requestId">;
type Entry = { answer: Remembered; endsAt: number };

/** Keys beyond this many are asked about again: memory stays bounded, whatever is presented. */
const mostEntries = 10_000;

/**
 * Positive answers for `maxAgeSeconds`, and never past the key's own expiry. An answer's age counts from when its question was
 * sent, so that no revocation is older than `maxAgeSeconds` when its key still passes. Neither keys nor refusals are kept.
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

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** What an answer depends on, hashed: the key itself is not kept, and an answer about reading is none about writing. */
function idOf({ key, method, permission, workspace_id, client_ip }: Question): string {
  const writes = permission === "write" || (method !== undefined && !safeMethods.has(method));
  const judged = method === undefined && permission === undefined ? "nothing" : writes ? "write" : "read";
  const parts = JSON.stringify([key, judged, workspace_id ?? null, client_ip ?? null]);
  return createHash("sha256").update(parts).digest("base64");
}
