import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import { AppError, wholeSeconds } from "@/lib/contracts/app-error";
import { providerFetch } from "@/lib/server/auth/provider-fetch";

/** The answer of GitHub's meta endpoint. Keys that are not current any more still verify what they signed. */
const publishedKeys = z.object({
  public_keys: z.array(z.object({ key_identifier: z.string(), key: z.string() })),
});

const fetchTimeoutMs = 5000;
/** Anyone can send an unknown identifier, so this bounds how often a stranger makes this process call GitHub. */
const betweenFetchesMs = 60_000;
/** A key that GitHub has withdrawn is trusted no longer than this. */
const keptMs = 24 * 3_600_000;

/** The public keys with which GitHub signs its reports, by identifier. */
export class GithubKeys {
  private keys = new Map<string, KeyObject>();
  private fetchedAt = Number.NEGATIVE_INFINITY;
  private triedAt = Number.NEGATIVE_INFINITY;
  private fetching: Promise<void> | null = null;

  constructor(
    private readonly url: string,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /**
   * Finds a key, and fetches GitHub's keys if it is unknown.
   * @throws AppError `invalid_key` if GitHub has no such key; `unavailable` if GitHub's keys can't be had now.
   */
  async find(identifier: string): Promise<KeyObject> {
    const isFresh = () => this.now() - this.fetchedAt < keptMs;
    if (!(isFresh() && this.keys.has(identifier))) await this.fetchAtMostOnceAMinute();
    const key = isFresh() ? this.keys.get(identifier) : undefined;
    if (key) return key;
    if (this.fetchedAt === this.triedAt)
      throw new AppError("invalid_key", "Github-Public-Key-Identifier names no public key of GitHub.");
    throw new AppError("unavailable", "GitHub's public keys can't be fetched right now. Try again shortly.", {
      retryAfterSeconds: wholeSeconds(betweenFetchesMs - (this.now() - this.triedAt)),
    });
  }

  private fetchAtMostOnceAMinute(): Promise<void> {
    if (this.fetching) return this.fetching;
    if (this.now() - this.triedAt < betweenFetchesMs) return Promise.resolve();
    this.triedAt = this.now();
    this.fetching = this.fetch().finally(() => {
      this.fetching = null;
    });
    return this.fetching;
  }

  private async fetch(): Promise<void> {
    try {
      const answer = await providerFetch(
        this.url,
        { headers: { accept: "application/json", "user-agent": "keyward" } },
        fetchTimeoutMs,
      );
      if (!answer.ok) return;
      const { public_keys: published } = publishedKeys.parse(await answer.json());
      this.keys = new Map(
        published.flatMap(({ key_identifier: identifier, key }) => {
          const parsed = parseKey(key);
          return parsed ? [[identifier, parsed]] : [];
        }),
      );
      this.fetchedAt = this.triedAt;
    } catch {
      // find() answers `unavailable`.
    }
  }
}

/** Whether the signature of these bytes is this key's: ECDSA with SHA-256, in DER. */
export function isSignedBy(key: KeyObject, bytes: Buffer, signature: Buffer): boolean {
  return verify("sha256", bytes, { key, dsaEncoding: "der" }, signature);
}

function parseKey(pem: string): KeyObject | null {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyDetails?.namedCurve === "prime256v1" ? key : null;
  } catch {
    return null;
  }
}
