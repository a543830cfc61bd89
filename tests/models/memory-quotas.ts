import type { BlockAccount, BlockReply } from "@/lib/engine/quotas/block-account";
import type { QuotaStore } from "@/lib/engine/quotas/quota-store";
import type { Ask } from "./memory-ask";

type Usage = { limit: number; given: number };
type Block = { id: number; holder: string; usage: Usage; granted: number; used: number };

/** The quotas and their blocks that several engines share in one test. A usage without a quota has no bound. */
export class MemoryQuotas {
  private readonly usages = new Map<string, Usage>();
  private readonly blocks: Block[] = [];

  /** Sets the quota of a workspace. */
  setLimit(workspaceId: string, meter: string, limit: number): void {
    this.usages.set(`${workspaceId}/${meter}`, { limit, given: 0 });
  }

  /** The quotas as one engine reaches them, through `ask`. */
  storeFor(ask: Ask): QuotaStore {
    return {
      takeBlocks: (
        holder: string,
        _statementNumber: number,
        requests: { account: BlockAccount; wanted: { minimum: number; needed: number; desired: number } }[],
      ) =>
        ask("takeBlocks", () => {
          const given = new Map<BlockAccount, BlockReply>();
          for (const { account, wanted } of requests) {
            const usage = this.usageOf(account);
            let block = this.blocks.find((one) => one.holder === holder && one.usage === usage);
            if (!block) {
              block = { id: this.blocks.length + 1, holder, usage, granted: 0, used: 0 };
              this.blocks.push(block);
            }
            const free = usage.limit - usage.given;
            const amount = free >= wanted.minimum ? Math.min(free, wanted.desired) : 0;
            usage.given += amount;
            block.granted += amount;
            given.set(account, {
              block: String(block.id),
              given: amount,
              total: block.granted,
              used: block.used,
            });
          }
          return given;
        }),
      reportBlocks: (_statementNumber: number, accounts: BlockAccount[]) =>
        ask("reportBlocks", () => {
          const ours = new Set<string>();
          for (const { block: id, granted, used } of accounts) {
            const block = this.blocks.find((one) => String(one.id) === id);
            if (!block) continue;
            block.usage.given -= block.granted - granted;
            Object.assign(block, { granted, used });
            ours.add(String(id));
          }
          return ours;
        }),
    };
  }

  private usageOf({ usage }: BlockAccount): Usage {
    const name = `${usage.keyId ?? usage.workspaceId}/${usage.meter}`;
    const found = this.usages.get(name);
    if (found) return found;
    const unbounded = { limit: Number.POSITIVE_INFINITY, given: 0 };
    this.usages.set(name, unbounded);
    return unbounded;
  }
}
