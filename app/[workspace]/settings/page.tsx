import { redirect } from "next/navigation";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";

/** Keys are what people come for; where there are none, their own settings. */
export default async function SettingsPage({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await requirePageWorkspace((await params).workspace);
  redirect(`/${workspace.slug}/settings/${workspace.apiAccess ? "api/keys" : "profile"}`);
}
