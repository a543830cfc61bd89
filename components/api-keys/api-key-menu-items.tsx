"use client";

import {
  ArrowRightLeft,
  Ban,
  CalendarPlus,
  CirclePause,
  CirclePlay,
  Pencil,
  RefreshCw,
  ScrollText,
  SlidersHorizontal,
} from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { MenuItem, MenuSeparator } from "@/components/ui/menu";
import { keyActions, type Viewer } from "@/lib/client/key-rights";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { ApiKeyDialogName } from "./api-key-dialog";
import { keyAccessLogHref } from "./key-links";
import { wasUsedLately } from "./revocation-words";
import { useSwitchApiKey } from "./use-switch-api-key";

export function ApiKeyMenuItems({
  workspaceSlug,
  viewer,
  apiKey,
  onDialog,
  onWork,
}: {
  workspaceSlug: string;
  viewer: Viewer;
  apiKey: ApiKey;
  onDialog: (name: ApiKeyDialogName, apiKey: ApiKey) => void;
  /** Gets the request of a chosen item. It settles after the menu was closed. */
  onWork: (work: Promise<void>) => void;
}) {
  const may = keyActions(viewer, apiKey);
  const { switchKey } = useSwitchApiKey(workspaceSlug);
  const router = useRouter();
  const work = (to: "disable" | "enable") => onWork(switchKey(apiKey, to).then(() => router.refresh()));
  function disable() {
    if (wasUsedLately(apiKey, new Date())) onDialog("disable", apiKey);
    else work("disable");
  }
  return (
    <>
      {may.rename && (
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => onDialog("rename", apiKey)}>
          Rename
        </MenuItem>
      )}
      {may.rename && (
        <MenuItem icon={<SlidersHorizontal aria-hidden />} onSelect={() => onDialog("edit", apiKey)}>
          Edit
        </MenuItem>
      )}
      {may.extend && (
        <MenuItem icon={<CalendarPlus aria-hidden />} onSelect={() => onDialog("extend", apiKey)}>
          Extend
        </MenuItem>
      )}
      {may.rotate && (
        <MenuItem icon={<RefreshCw aria-hidden />} onSelect={() => onDialog("rotate", apiKey)}>
          Rotate
        </MenuItem>
      )}
      {may.disable && (
        <MenuItem icon={<CirclePause aria-hidden />} onSelect={disable}>
          Disable
        </MenuItem>
      )}
      {may.enable && (
        <MenuItem icon={<CirclePlay aria-hidden />} onSelect={() => work("enable")}>
          Enable
        </MenuItem>
      )}
      {may.transfer && (
        <MenuItem icon={<ArrowRightLeft aria-hidden />} onSelect={() => onDialog("transfer", apiKey)}>
          Transfer
        </MenuItem>
      )}
      <MenuItem asChild>
        <Link href={keyAccessLogHref(workspaceSlug, apiKey.id)}>
          <ScrollText aria-hidden />
          View access logs
        </Link>
      </MenuItem>
      {may.revoke && (
        <>
          <MenuSeparator />
          <MenuItem icon={<Ban aria-hidden />} tone="bad" onSelect={() => onDialog("revoke", apiKey)}>
            Revoke
          </MenuItem>
        </>
      )}
    </>
  );
}
