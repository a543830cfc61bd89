import type { Metadata } from "next";
import { Events } from "@/components/docs/events";
import { getPublicConfig } from "@/lib/server/auth/page-session";

export const metadata: Metadata = { title: "Events" };

export default function EventsPage() {
  return <Events config={getPublicConfig()} />;
}
