import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { HoldFirstPaint } from "@/components/layout/hold-first-paint";
import { Providers } from "@/components/layout/providers";
import { SettingsShell } from "@/components/layout/settings-shell";
import { readTheme } from "@/components/layout/theme";
import { themeCookieName } from "@/lib/contracts/theme";
import { getPublicConfig, requirePageWorkspace } from "@/lib/server/auth/page-session";
import { firstAnswer } from "./first-answer";

type Props = { children: ReactNode; params: Promise<{ workspace: string }> };

export default async function SettingsLayout({ children, params }: Props) {
  const { account, workspace } = await requirePageWorkspace((await params).workspace);
  return (
    <Providers account={account}>
      <HoldFirstPaint until={firstAnswer().arrivedSoon()} />
      <SettingsShell
        account={account}
        workspace={workspace}
        productName={getPublicConfig().productName}
        theme={readTheme((await cookies()).get(themeCookieName)?.value)}
      >
        {children}
      </SettingsShell>
    </Providers>
  );
}
