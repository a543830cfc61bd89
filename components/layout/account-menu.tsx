"use client";

import { ChevronsUpDown } from "lucide-react";
import { useState } from "react";
import { Menu } from "@/components/ui/menu";
import type { Account } from "@/lib/contracts/account";
import type { Theme } from "@/lib/contracts/theme";
import { Avatar } from "./avatar";
import { createWorkspace, frameMenuItems } from "./load-frame-parts";

const AccountMenuItems = frameMenuItems.component("AccountMenuItems");
const CreateWorkspaceDialog = createWorkspace.component("CreateWorkspaceDialog");

/** `compact` shows only the picture. */
export function AccountMenu({
  account,
  slug,
  initialTheme,
  compact = false,
}: {
  account: Account;
  slug: string;
  initialTheme: Theme;
  compact?: boolean;
}) {
  const [theme, setTheme] = useState(initialTheme);
  const [creating, setCreating] = useState(false);

  const menu = (
    <Menu
      align={compact ? "end" : "start"}
      side={compact ? "bottom" : "top"}
      needs={frameMenuItems}
      trigger={
        <button
          type="button"
          aria-label="Account menu"
          className="absolute inset-0 rounded-control transition-colors duration-150 hover:bg-hover aria-expanded:bg-hover"
        />
      }
    >
      <AccountMenuItems
        account={account}
        slug={slug}
        theme={theme}
        onTheme={setTheme}
        onCreate={() => createWorkspace.whenLoaded(() => setCreating(true))}
        compact={compact}
      />
    </Menu>
  );

  // The name stands beside the button, because a button's visible text must be part of its accessible name.
  if (compact) {
    return (
      <div className="relative grid size-11 shrink-0 place-items-center">
        <Avatar person={account} />
        {menu}
        {creating && <CreateWorkspaceDialog onClose={() => setCreating(false)} />}
      </div>
    );
  }
  return (
    <div className="relative flex items-center gap-2.5 p-2">
      <Avatar person={account} />
      <div className="grid min-w-0 flex-1">
        <span className="truncate font-medium">{account.name}</span>
        <span className="truncate text-muted text-xs">{account.email}</span>
      </div>
      <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted" />
      {menu}
      {creating && <CreateWorkspaceDialog onClose={() => setCreating(false)} />}
    </div>
  );
}
