"use client";

import { clsx } from "clsx";
import { ArrowRightLeft, Ban, CalendarPlus, CirclePause, CirclePlay, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";
import { keyActions, type Viewer } from "@/lib/client/key-rights";
import type { useApiKeys } from "@/lib/client/use-api-keys";
import type { ApiKey } from "@/lib/contracts/api-keys";
import { type KeyBatchAction, mostKeysAtOnce } from "@/lib/contracts/key-batch";
import { roleMay } from "@/lib/contracts/permissions";
import { KeyBatchDialog } from "./key-batch-dialog";

const actions: { action: KeyBatchAction; label: string; icon: ReactNode }[] = [
  { action: "revoke", label: "Revoke", icon: <Ban aria-hidden className="size-4 max-sm:hidden" /> },
  { action: "disable", label: "Disable", icon: <CirclePause aria-hidden className="size-4 max-sm:hidden" /> },
  { action: "enable", label: "Enable", icon: <CirclePlay aria-hidden className="size-4 max-sm:hidden" /> },
  { action: "extend", label: "Extend", icon: <CalendarPlus aria-hidden className="size-4 max-sm:hidden" /> },
  {
    action: "transfer",
    label: "Transfer",
    icon: <ArrowRightLeft aria-hidden className="size-4 max-sm:hidden" />,
  },
];

/** What can be done with the selected keys. Stays in view at the bottom of the window. */
export function ApiKeySelection({
  workspaceSlug,
  viewer,
  list,
  keys,
  onSelect,
}: {
  workspaceSlug: string;
  viewer: Viewer;
  list: ReturnType<typeof useApiKeys>;
  /** The selected keys. */
  keys: ApiKey[];
  onSelect: (keyIds: string[]) => void;
}) {
  const [action, setAction] = useState<KeyBatchAction | null>(null);
  const [loading, setLoading] = useState(false);
  const total = list.data?.pages.at(-1)?.total ?? 0;
  const most = Math.min(total, mostKeysAtOnce);
  const label = `${keys.length.toLocaleString("en-US")} selected`;

  async function selectAll() {
    setLoading(true);
    let loaded = list;
    while (loaded.hasNextPage && keysOf(loaded).length < most) {
      const next = await loaded.fetchNextPage();
      if (next.isError) break;
      loaded = next as typeof loaded;
    }
    setLoading(false);
    const selectable = keysOf(loaded).filter((key) => keyActions(viewer, key).revoke);
    onSelect(selectable.slice(0, most).map(({ id }) => id));
  }

  return (
    <>
      <div
        role="toolbar"
        aria-label={label}
        className="sticky bottom-4 z-3 mx-auto mt-3 flex w-fit max-w-full animate-rise flex-wrap items-center gap-1 rounded-surface border bg-surface px-2 py-1.5 shadow-float max-sm:bottom-2"
      >
        <span aria-live="polite" className="px-2 font-medium text-sm tabular-nums">
          {label}
        </span>
        <IconButton label="Clear selection" onClick={() => onSelect([])}>
          <X aria-hidden />
        </IconButton>
        {list.hasNextPage && keys.length < most && (
          <Button
            size="small"
            variant="ghost"
            pending={loading}
            pendingLabel="Selecting…"
            onClick={() => void selectAll()}
          >
            {most < total ? `Select the first ${most}` : `Select all ${total.toLocaleString("en-US")}`}
          </Button>
        )}
        <div className="flex gap-1 max-sm:w-full max-sm:justify-between">
          {actions
            .filter((one) => one.action !== "transfer" || roleMay(viewer.role, "api_key.update_all"))
            .map((one) => (
              <Button
                key={one.action}
                size="small"
                variant="ghost"
                icon={one.icon}
                disabled={keys.length > mostKeysAtOnce}
                onClick={() => setAction(one.action)}
                className={clsx("max-sm:px-1.5", one.action === "revoke" && "text-bad!")}
              >
                {one.label}
              </Button>
            ))}
        </div>
      </div>
      {action && (
        <KeyBatchDialog
          workspaceSlug={workspaceSlug}
          action={action}
          keys={keys}
          onDone={() => onSelect([])}
          onClose={() => setAction(null)}
        />
      )}
    </>
  );
}

function keysOf(list: ReturnType<typeof useApiKeys>): ApiKey[] {
  return list.data?.pages.flatMap((page) => page.keys) ?? [];
}
