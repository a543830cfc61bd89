"use client";

import { Ellipsis, Fingerprint, Pencil, Trash2 } from "lucide-react";
import { IconButton } from "@/components/ui/icon-button";
import { Menu, MenuItem } from "@/components/ui/menu";
import { RelativeTime } from "@/components/ui/relative-time";
import { Tag } from "@/components/ui/tag";
import type { PasskeyView } from "@/lib/contracts/passkeys";
import { securityDialogs } from "./load-dialogs";

export function PasskeyRow({
  passkey,
  onDialog,
}: {
  passkey: PasskeyView;
  onDialog: (dialog: "rename" | "remove") => void;
}) {
  return (
    <li className="flex items-start gap-3 border-b px-5 py-3.5 last:border-b-0">
      <Fingerprint aria-hidden className="mt-0.5 size-4 shrink-0 text-muted" />
      <div className="grid min-w-0 flex-1 gap-0.5">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="min-w-0 break-words font-medium">{passkey.name}</span>
          <Tag>{passkey.backedUp ? "Synced" : "On one device"}</Tag>
        </p>
        <p className="flex flex-wrap gap-x-3 text-muted text-sm">
          <span>
            Added <RelativeTime at={passkey.createdAt} />
          </span>
          <span>
            {passkey.lastUsedAt ? (
              <>
                Last used <RelativeTime at={passkey.lastUsedAt} />
              </>
            ) : (
              "Never used"
            )}
          </span>
        </p>
      </div>
      <Menu
        trigger={
          <IconButton label={`Actions for ${passkey.name}`} {...securityDialogs.preloads}>
            <Ellipsis aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<Pencil aria-hidden />} onSelect={() => onDialog("rename")}>
          Rename
        </MenuItem>
        <MenuItem icon={<Trash2 aria-hidden />} tone="bad" onSelect={() => onDialog("remove")}>
          Remove
        </MenuItem>
      </Menu>
    </li>
  );
}
