import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { ChainKeys } from "../runtime";

const heads = z.record(z.string(), z.tuple([z.number(), z.string()]));
const line = z.object({
  at: z.string(),
  series: z.string(),
  number: z.number(),
  previous: z.string(),
  chains: heads,
  writers: heads,
});

/** The last seals of chains or writers: the place of each, and its HMAC in hexadecimal. */
export type Heads = z.infer<typeof heads>;
export type Checkpoint = z.infer<typeof line>;

/** Checkpoints of one process at one place, of which each names the one before it. */
export class CheckpointSeries {
  private readonly series = randomUUID();
  private number = 0;
  private previous = "";
  private sent: { chains: Heads; writers: Heads } = { chains: {}, writers: {} };

  /** Hands a line to `send`, with the heads that have changed since the last line that was sent. */
  async write(
    keys: ChainKeys,
    current: { chains: Heads; writers: Heads },
    send: (text: string) => Promise<void>,
  ): Promise<void> {
    const number = this.number + 1;
    const text = JSON.stringify({
      ...{ at: new Date().toISOString(), series: this.series, number, previous: this.previous },
      chains: changed(this.sent.chains, current.chains),
      writers: changed(this.sent.writers, current.writers),
    } satisfies Checkpoint);
    const mac = macOf(keys, text);
    await send(`${text.slice(0, -1)},"mac":"${mac}"}`);
    this.number = number;
    this.previous = mac;
    this.sent = current;
  }
}

/**
 * Reads lines that `write` made, of any number of series. A line may come twice, and so may a place in a series: if no answer came,
 * `write` makes the line again, although the first may have arrived.
 * @throws Error naming the first line that isn't one, or follows a line that is missing.
 */
export function readCheckpoints(keys: ChainKeys, text: string): Checkpoint[] {
  const known = new Set<string>();
  return text
    .split("\n")
    .filter((one) => one.trim() !== "")
    .map((one, index) => {
      const [, body = "", mac = ""] = /^(.*),"mac":"([0-9a-f]{64})"\}\s*$/.exec(one) ?? [];
      if (!body || !timingSafeEqual(Buffer.from(mac), Buffer.from(macOf(keys, `${body}}`))))
        throw new Error(`Checkpoint ${index + 1} was not made by this server, or was changed.`);
      const checkpoint = line.parse(JSON.parse(`${body}}`));
      const { series, number, previous } = checkpoint;
      if (number > 1 && !known.has(`${series} ${previous}`))
        throw new Error(`Before checkpoint ${index + 1}, a checkpoint is missing.`);
      known.add(`${series} ${mac}`);
      return checkpoint;
    });
}

function macOf(keys: ChainKeys, text: string): string {
  return createHmac("sha256", keys.checkpoints).update(text).digest("hex");
}

function changed(before: Heads, now: Heads): Heads {
  return Object.fromEntries(Object.entries(now).filter(([name, [, mac]]) => before[name]?.[1] !== mac));
}
