"use client";

import { ArrowLeftRight, LogOut, Plus, SunMoon, UserRound } from "lucide-react";
import { useRouter } from "next/navigation";
import type { ComponentProps } from "react";
import { MenuItem, MenuLabel, MenuRadioGroup, MenuSeparator, Submenu } from "@/components/ui/menu";
import { toast } from "@/components/ui/toast";
import { apiRequest, errorMessage } from "@/lib/client/api-client";
import { signOut } from "@/lib/client/sign-in";
import type { Account } from "@/lib/contracts/account";
import { roleLabels } from "@/lib/contracts/permissions";
import type { Theme } from "@/lib/contracts/theme";
import { applyTheme, themes } from "./theme";

export function AccountMenuItems({
  account,
  slug,
  theme,
  onTheme,
  onCreate,
  compact,
}: {
  account: Account;
  slug: string;
  theme: Theme;
  onTheme: (theme: Theme) => void;
  onCreate: () => void;
  compact: boolean;
}) {
  const router = useRouter();
  return (
    <>
      {compact && <MenuLabel>{account.email}</MenuLabel>}
      <MenuItem icon={<UserRound aria-hidden />} onSelect={() => router.push(`/${slug}/settings/profile`)}>
        Account settings
      </MenuItem>
      <Submenu label="Switch workspace" icon={<ArrowLeftRight aria-hidden />}>
        <WorkspaceChoices account={account} slug={slug} onCreate={onCreate} />
      </Submenu>
      <Submenu label="Theme" icon={<SunMoon aria-hidden />}>
        <MenuRadioGroup
          label="Theme"
          value={theme}
          options={themes}
          onValueChange={(chosen) => {
            onTheme(chosen);
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
          signOut().catch((error: unknown) =>
            toast.error("Couldn’t sign out.", { description: errorMessage(error) }),
          );
        }}
      >
        Sign out
      </MenuItem>
    </>
  );
}

export function WorkspaceMenuItems(props: ComponentProps<typeof WorkspaceChoices>) {
  return (
    <>
      <MenuLabel>Workspaces</MenuLabel>
      <WorkspaceChoices {...props} />
    </>
  );
}

function WorkspaceChoices({
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
