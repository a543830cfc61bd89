import type { Metadata } from "next";
import { LeakedKeys } from "@/components/docs/leaked-keys";
import { getPublicConfig } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Leaked keys" };

export default function LeakedKeysPage() {
  return <LeakedKeys config={getPublicConfig()} />;
}
