import { hash } from "node:crypto";
import { EnvError } from "./env-error";

export type ServiceToken = {
  /** SHA-256. */
  digest: Buffer;
  /** Names the service in audit events. Several tokens may have the same, while one replaces another. */
  label: string;
  /** The only workspace that the token opens. Null for all. */
  workspaceId: string | null;
};

const entry =
  /^(?:(?<label>[a-z0-9][a-z0-9_-]{0,39}):)?(?<digest>[0-9a-fA-F]{64})(?::(?<workspaceId>ws_[0-9a-z]{1,60}))?$/;

/** Whether a text is an entry of SERVICE_TOKENS: `HEX`, `label:HEX` or `label:HEX:ws_…`. */
export function isServiceTokenEntry(text: string): boolean {
  const groups = entry.exec(text)?.groups;
  return groups !== undefined && (groups.workspaceId === undefined || groups.label !== undefined);
}

/** @throws EnvError for a digest that appears twice: its label and its workspace would be ambiguous. */
export function serviceTokensOf(entries: readonly string[], plain: string | undefined): ServiceToken[] {
  const tokens = entries.map(tokenOf);
  if (plain) tokens.push({ digest: hash("sha256", plain, "buffer"), label: "default", workspaceId: null });
  const digests = new Set(tokens.map(({ digest }) => digest.toString("hex")));
  if (digests.size < tokens.length) throw new EnvError("SERVICE_TOKENS contains the same token twice");
  return tokens;
}

function tokenOf(text: string): ServiceToken {
  const { label, digest = "", workspaceId } = entry.exec(text)?.groups ?? {};
  return {
    digest: Buffer.from(digest, "hex"),
    label: label ?? `token-${digest.slice(0, 8).toLowerCase()}`,
    workspaceId: workspaceId ?? null,
  };
}
