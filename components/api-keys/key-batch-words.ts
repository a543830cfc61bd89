import type { ToastOptions } from "@/components/ui/toast";
import type { KeyBatchAction, KeyBatchResult } from "@/lib/contracts/key-batch";
import { rejectedEverywhereSentence } from "./revocation-words";

type Words = {
  title: (count: number) => string;
  description: string;
  verb: string;
  pending: string;
  done: string;
  doing: string;
};

export const batchWords: Record<KeyBatchAction, Words> = {
  revoke: {
    title: (count) => `Revoke ${counted(count)}?`,
    description: "Programs that use them are denied at once. You can’t undo this.",
    ...{ verb: "Revoke", pending: "Revoking…", done: "revoked", doing: "Revoking keys" },
  },
  disable: {
    title: (count) => `Disable ${counted(count)}?`,
    description: "Programs that use them are denied until you enable them again.",
    ...{ verb: "Disable", pending: "Disabling…", done: "disabled", doing: "Disabling keys" },
  },
  enable: {
    title: (count) => `Enable ${counted(count)}?`,
    description: "Programs can use them again.",
    ...{ verb: "Enable", pending: "Enabling…", done: "enabled", doing: "Enabling keys" },
  },
  extend: {
    title: (count) => `Extend ${counted(count)}`,
    description: "They get a new expiration date.",
    ...{ verb: "Extend", pending: "Extending…", done: "extended", doing: "Extending keys" },
  },
  transfer: {
    title: (count) => `Transfer ${counted(count)}`,
    description: "Another member becomes their owner.",
    ...{ verb: "Transfer", pending: "Transferring…", done: "transferred", doing: "Transferring keys" },
  },
};

export function counted(count: number): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? "key" : "keys"}`;
}

/** The toast after a batch. */
export function batchDone(
  action: KeyBatchAction,
  { changed, unchanged, rejectedEverywhere }: KeyBatchResult,
): [string, ToastOptions?] {
  const receipt = rejectedEverywhere ? ` ${rejectedEverywhereSentence(rejectedEverywhere)}` : "";
  const text = `${counted(changed)} ${batchWords[action].done}.${receipt}`;
  return unchanged.length === 0
    ? [text]
    : [text, { description: `${counted(unchanged.length)} stayed unchanged.` }];
}
