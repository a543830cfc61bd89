"use client";

import { ChevronDown } from "lucide-react";
import { Menu, MenuLabel } from "@/components/ui/menu";
import type { Account } from "@/lib/contracts/account";
import { WorkspaceChoices } from "./account-menu";

/** Which workspace one is in, and the way to another. */
export function WorkspaceMenu({
  account,
  workspace,
}: {
  account: Account;
  workspace: { slug: string; name: string };
}) {
  return (
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
      <WorkspaceChoices account={account} slug={workspace.slug} />
    </Menu>
  );
}
