import { chainKeySeal } from "../chains/chain-keys";
import { secretSeal } from "../events/secret-seal";
import { mailSeal } from "../mail/queue-mail";
import { totpContext } from "../second-factors/totp-code";

/** A column whose values are encrypted with `seal`. */
export type SealedColumn = {
  table: string;
  column: string;
  primaryKey: string;
  keyType: "text" | "bigint";
  /** Less than every primary key. */
  beforeAll: string;
  /** The encryption context of the row with this primary key. */
  contextOf(primaryKey: string): string;
  /** What one value is, and several, in sentences. */
  nouns: readonly [one: string, several: string];
};

const byText = { keyType: "text", beforeAll: "" } as const;

/** Everything in the database that is encrypted with ENCRYPTION_KEYS. A test fails if a column or a caller of `seal` is missing. */
export const sealedColumns = {
  authenticators: {
    ...{ table: "totp_factors", column: "secret", primaryKey: "user_id", ...byText },
    contextOf: totpContext,
    nouns: ["authenticator app", "authenticator apps"],
  },
  signing_secrets: {
    ...{ table: "event_subscriptions", column: "sealed_secret", primaryKey: "id", ...byText },
    contextOf: secretSeal,
    nouns: ["signing secret", "signing secrets"],
  },
  previous_signing_secrets: {
    ...{ table: "event_subscriptions", column: "sealed_previous_secret", primaryKey: "id", ...byText },
    contextOf: secretSeal,
    nouns: ["previous signing secret", "previous signing secrets"],
  },
  log_seal_keys: {
    ...{ table: "chains.keys", column: "sealed", primaryKey: "id", ...byText },
    contextOf: chainKeySeal,
    nouns: ["key of the logs' seals", "keys of the logs' seals"],
  },
  queued_mails: {
    ...{ table: "mail.outbox", column: "sealed", primaryKey: "id", keyType: "bigint", beforeAll: "0" },
    contextOf: () => mailSeal,
    nouns: ["queued mail", "queued mails"],
  },
} as const satisfies Record<string, SealedColumn>;

export type SealedKind = keyof typeof sealedColumns;
export const sealedKinds = Object.keys(sealedColumns) as SealedKind[];
