import { createHmac } from "node:crypto";
import { runtime } from "../runtime";
import { keyOfChain } from "./chain-keys";

/**
 * SQL for the text of an event `e` that is sealed: every column, the same in every session. Stands here and not in a function of the
 * database, whose owner could replace it.
 */
export const sealedText = `jsonb_build_array(e.id, e.workspace_id, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), e.action,
  e.actor_type::text, e.actor_id, e.actor_name, e.target_type, e.target_id, e.target_name, e.details, e.ip, e.user_agent,
  e.request_id)::text`;

/** The seal before the first one. */
const firstMac = Buffer.alloc(32);

/** The place of a seal in its chain, with its HMAC. */
export type Head = { seq: number; mac: Buffer };

/** A chain's seals, one after another. */
export class AuditChain {
  private readonly key: Buffer;

  constructor(
    chain: string,
    private head: Head = { seq: 0, mac: firstMac },
  ) {
    this.key = keyOfChain(auditKey(), chain);
  }

  /** The seal of the next event. */
  next(text: string): Head {
    const seq = this.head.seq + 1;
    const place = Buffer.alloc(8);
    place.writeBigUInt64BE(BigInt(seq));
    const mac = createHmac("sha256", this.key).update(this.head.mac).update(place).update(text).digest();
    this.head = { seq, mac };
    return this.head;
  }
}

function auditKey(): Buffer {
  const { chainKeys } = runtime();
  if (!chainKeys)
    throw new Error("ENCRYPTION_KEYS can't decrypt the keys that audit events are sealed with.");
  return chainKeys.audit;
}
