"use client";

import { Ban, CirclePause, CirclePlay, Ellipsis, Pencil, RefreshCw, ScrollText } from "lucide-react";
import Link from "next/link";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import type { ApiKey } from "@/lib/contracts/api-keys";
import type { ApiKeyDialogName } from "./api-key-dialog";
import { keyAccessLogHref } from "./key-links";
import { keyActions, type Viewer } from "./key-rights";
import { preloadsDialog } from "./lazy-dialogs";
import { useSwitchApiKey } from "./use-switch-api-key";

export function ApiKeyMenu({
  workspaceSlug,
  viewer,
  apiKey,
  onDialog,
}: {
  workspaceSlug: string;
  viewer: Viewer;
  apiKey: ApiKey;
  onDialog: (name: ApiKeyDialogName, apiKey: ApiKey) => void;
}) {
  const may = keyActions(viewer, apiKey);
  const { switchKey, pending } = useSwitchApiKey(workspaceSlug);
  return (
    <Menu
      trigger={
        <IconButton label={`Actions for ${apiKey.name}`} aria-busy={pending} {...preloadsDialog("key")}>
          <Ellipsis aria-hidden />
        </IconButton>
      }
    >
      {may.rename && (
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => onDialog("rename", apiKey)}>
          Rename
        </MenuItem>
      )}
      {may.rotate && (
        <MenuItem icon={<RefreshCw aria-hidden />} onSelect={() => onDialog("rotate", apiKey)}>
          Rotate
        </MenuItem>
      )}
      {may.disable && (
        <MenuItem icon={<CirclePause aria-hidden />} onSelect={() => void switchKey(apiKey, "disable")}>
          Disable
        </MenuItem>
      )}
      {may.enable && (
        <MenuItem icon={<CirclePlay aria-hidden />} onSelect={() => void switchKey(apiKey, "enable")}>
          Enable
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
    </Menu>
  );
}
