import type { Metadata } from "next";
import { Guide } from "@/components/docs/guide";
import { getPublicConfig } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Guide" };

export default function GuidePage() {
  return <Guide config={getPublicConfig()} />;
}
