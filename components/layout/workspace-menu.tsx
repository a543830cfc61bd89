"use client";

import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { Menu, MenuLabel } from "@/components/ui/menu";
import type { Account } from "@/lib/contracts/account";
import { LazyCreateWorkspaceDialog, WorkspaceChoices } from "./account-menu";

export function WorkspaceMenu({
  account,
  workspace,
}: {
  account: Account;
  workspace: { slug: string; name: string };
}) {
  const [creating, setCreating] = useState(false);
  return (
    <>
      <Menu
        align="start"
        trigger={
          <button
            type="button"
            aria-label={`${workspace.name}, workspace menu`}
            className="flex h-8 max-w-full items-center gap-1 rounded-control px-2 text-left font-medium transition-colors duration-150 hover:bg-hover aria-expanded:bg-hover max-rail:h-11"
          >
            <span className="truncate">{workspace.name}</span>
            <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
          </button>
        }
      >
        <MenuLabel>Workspaces</MenuLabel>
        <WorkspaceChoices account={account} slug={workspace.slug} onCreate={() => setCreating(true)} />
      </Menu>
      {creating && <LazyCreateWorkspaceDialog onClose={() => setCreating(false)} />}
    </>
  );
}
