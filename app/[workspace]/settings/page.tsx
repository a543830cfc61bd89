import { redirect } from "next/navigation";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";

/** Most people come for their API keys; without API access, they get their profile. */
export default async function SettingsPage({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await requirePageWorkspace((await params).workspace);
  redirect(`/${workspace.slug}/settings/${workspace.apiAccess ? "api/keys" : "profile"}`);
}
