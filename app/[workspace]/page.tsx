import { redirect } from "next/navigation";
import { requirePageWorkspace } from "@/lib/server/auth/page-session";

export default async function WorkspacePage({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await requirePageWorkspace((await params).workspace);
  redirect(`/${workspace.slug}/settings`);
}
