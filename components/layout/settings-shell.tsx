"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { TimeZone } from "@/components/ui/relative-time";
import { useAccount } from "@/lib/client/use-account";
import { useWorkspace } from "@/lib/client/use-workspace";
import type { Account } from "@/lib/contracts/account";
import type { Theme } from "@/lib/contracts/theme";
import type { Workspace } from "@/lib/contracts/workspaces";
import { AccountMenu } from "./account-menu";
import { Brand, BrandMark } from "./brand";
import { NavigationSheet } from "./navigation-sheet";
import { SettingsNavigation } from "./settings-navigation";
import { WorkspaceMenu } from "./workspace-menu";

type ShellProps = { account: Account; workspace: Workspace; productName: string; theme: Theme };

/** The frame of every signed-in page: navigation beside the page or, below 900 px, a bar with the navigation in a panel. */
export function SettingsShell({ children, ...initial }: ShellProps & { children: ReactNode }) {
  // Changes on a page, such as a new name, show in the frame immediately.
  const { data: account } = useAccount(initial.account);
  const { data: workspace } = useWorkspace(initial.workspace);
  const props = { ...initial, account, workspace };

  return (
    <div className="min-h-dvh rail:grid rail:grid-cols-[232px_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only rounded-control bg-text px-3 py-2 text-canvas focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50"
      >
        Skip to content
      </a>
      <Rail {...props} />
      <TopBar {...props} />
      <main id="content" tabIndex={-1} className="min-w-0 px-4 py-6 outline-none sm:px-8 rail:py-8">
        <div className="mx-auto max-w-280">
          <TimeZone value={account.timeZone}>{children}</TimeZone>
        </div>
      </main>
    </div>
  );
}

function Rail({ account, workspace, productName, theme }: ShellProps) {
  return (
    <header className="sticky top-0 z-10 flex h-dvh flex-col gap-5 overflow-y-auto border-r p-3 max-rail:hidden">
      <div className="grid gap-2">
        <Link href={`/${workspace.slug}/settings`} className="w-fit rounded-control px-2 py-1.5">
          <Brand name={productName} />
        </Link>
        <WorkspaceMenu account={account} workspace={workspace} />
      </div>
      <div className="flex-1">
        <SettingsNavigation workspace={workspace} />
      </div>
      <AccountMenu account={account} slug={workspace.slug} initialTheme={theme} />
    </header>
  );
}

function TopBar({ account, workspace, productName, theme }: ShellProps) {
  return (
    <header className="sticky top-0 z-10 flex h-14 items-center gap-1 border-b bg-canvas px-2 rail:hidden">
      <NavigationSheet>
        {(close) => (
          <div className="grid gap-6 p-4">
            <Brand name={productName} />
            <SettingsNavigation workspace={workspace} onNavigate={close} />
          </div>
        )}
      </NavigationSheet>
      <BrandMark className="size-6 shrink-0" />
      <div className="min-w-0 flex-1">
        <WorkspaceMenu account={account} workspace={workspace} />
      </div>
      <AccountMenu account={account} slug={workspace.slug} initialTheme={theme} compact />
    </header>
  );
}
