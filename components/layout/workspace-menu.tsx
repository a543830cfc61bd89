"use client";

import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { Menu } from "@/components/ui/menu";
import type { Account } from "@/lib/contracts/account";
import { createWorkspace, frameMenuItems } from "./load-frame-parts";

const WorkspaceMenuItems = frameMenuItems.component("WorkspaceMenuItems");
const CreateWorkspaceDialog = createWorkspace.component("CreateWorkspaceDialog");

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
        needs={frameMenuItems}
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
        <WorkspaceMenuItems
          account={account}
          slug={workspace.slug}
          onCreate={() => createWorkspace.whenLoaded(() => setCreating(true))}
        />
      </Menu>
      {creating && <CreateWorkspaceDialog onClose={() => setCreating(false)} />}
    </>
  );
}
