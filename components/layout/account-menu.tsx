"use client";

import { ArrowLeftRight, ChevronsUpDown, LogOut, Plus, SunMoon, UserRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { lazy, Suspense, useState } from "react";
import { Menu, MenuItem, MenuLabel, MenuRadioGroup, MenuSeparator, Submenu } from "@/components/ui/menu";
import { toast } from "@/components/ui/toast";
import { apiRequest, errorMessage } from "@/lib/client/api-client";
import type { Account } from "@/lib/contracts/account";
import { roleLabels } from "@/lib/contracts/permissions";
import type { Theme } from "@/lib/contracts/theme";
import { Avatar } from "./avatar";
import { applyTheme, themes } from "./theme";

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
  const router = useRouter();
  const [theme, setTheme] = useState(initialTheme);
  const [creating, setCreating] = useState(false);

  const menu = (
    <Menu
      align={compact ? "end" : "start"}
      side={compact ? "bottom" : "top"}
      trigger={
        <button
          type="button"
          aria-label="Account menu"
          className="absolute inset-0 rounded-control transition-colors duration-150 hover:bg-hover aria-expanded:bg-hover"
        />
      }
    >
      {compact && <MenuLabel>{account.email}</MenuLabel>}
      <MenuItem icon={<UserRound aria-hidden />} onSelect={() => router.push(`/${slug}/settings/profile`)}>
        Account settings
      </MenuItem>
      <Submenu label="Switch workspace" icon={<ArrowLeftRight aria-hidden />}>
        <WorkspaceChoices account={account} slug={slug} onCreate={() => setCreating(true)} />
      </Submenu>
      <Submenu label="Theme" icon={<SunMoon aria-hidden />}>
        <MenuRadioGroup
          label="Theme"
          value={theme}
          options={themes}
          onValueChange={(chosen) => {
            setTheme(chosen);
            applyTheme(chosen);
            // Only other browsers need this, so a failure doesn't matter here.
            apiRequest("/api/account", { method: "PATCH", body: { theme: chosen } }).catch(() => {});
          }}
        />
      </Submenu>
      <MenuSeparator />
      <MenuItem
        icon={<LogOut aria-hidden />}
        onSelect={() => {
          import("@/lib/client/sign-in")
            .then(({ signOut }) => signOut())
            .catch((error: unknown) =>
              toast.error("Couldn’t sign out.", { description: errorMessage(error) }),
            );
        }}
      >
        Sign out
      </MenuItem>
    </Menu>
  );

  // The name stands beside the button, because a button's visible text must be part of its accessible name.
  if (compact) {
    return (
      <div className="relative grid size-11 shrink-0 place-items-center">
        <Avatar person={account} />
        {menu}
        {creating && <LazyCreateWorkspaceDialog onClose={() => setCreating(false)} />}
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
      {creating && <LazyCreateWorkspaceDialog onClose={() => setCreating(false)} />}
    </div>
  );
}

export function WorkspaceChoices({
  account,
  slug,
  onCreate,
}: {
  account: Account;
  slug: string;
  onCreate: () => void;
}) {
  const router = useRouter();
  return (
    <>
      <MenuRadioGroup
        label="Workspaces"
        value={slug}
        onValueChange={(chosen) => chosen !== slug && router.push(`/${chosen}/settings`)}
        options={account.workspaces.map((workspace) => ({
          value: workspace.slug,
          label: workspace.name,
          hint: roleLabels[workspace.role],
        }))}
      />
      <MenuSeparator />
      <MenuItem icon={<Plus aria-hidden />} onSelect={onCreate}>
        Create workspace
      </MenuItem>
    </>
  );
}

const CreateWorkspaceDialog = lazy(() =>
  import("@/components/workspaces/create-workspace-dialog").then((module) => ({
    default: module.CreateWorkspaceDialog,
  })),
);

/** Loaded on demand: rarely opened, and the frame is part of every page. */
export function LazyCreateWorkspaceDialog({ onClose }: { onClose: () => void }) {
  return (
    <Suspense fallback={null}>
      <CreateWorkspaceDialog onClose={onClose} />
    </Suspense>
  );
}
