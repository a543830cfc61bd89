import "./globals.css";

import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { readTheme } from "@/components/layout/theme";
import { themeCookieName } from "@/lib/contracts/theme";
import { getPublicConfig } from "@/lib/server/auth/page-session";
import { runtime } from "@/lib/server/runtime";

/** The Content-Security-Policy has a nonce per request, so pages can't be prerendered. */
export const dynamic = "force-dynamic";

export function generateMetadata(): Metadata {
  const { productName } = getPublicConfig();
  return {
    title: { default: productName, template: `%s · ${productName}` },
    icons: { icon: { url: "/mark.svg", type: "image/svg+xml" } },
    robots: { index: false },
    referrer: "same-origin",
    other: {
      "key-formats": runtime()
        .engine.keyFormats.shapes()
        .map(({ prefix, length }) => `${prefix}:${length}`)
        .join(" "),
    },
  };
}

export async function generateViewport(): Promise<Viewport> {
  const theme = await findTheme();
  const light = { media: "(prefers-color-scheme: light)", color: "#fafbfc" };
  const dark = { media: "(prefers-color-scheme: dark)", color: "#0e1218" };
  return {
    themeColor: theme === "light" ? light.color : theme === "dark" ? dark.color : [light, dark],
  };
}

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = await findTheme();
  return (
    <html
      lang="en"
      data-theme={theme === "system" ? undefined : theme}
      className={`${GeistSans.variable} ${GeistMono.variable}`}
    >
      <body>{children}</body>
    </html>
  );
}

async function findTheme() {
  return readTheme((await cookies()).get(themeCookieName)?.value);
}
