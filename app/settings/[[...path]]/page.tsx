import { redirect } from "next/navigation";
import { NoWorkspace } from "@/components/layout/no-workspace";
import { requirePageAccount } from "@/lib/server/auth/page-session";

type Props = {
  params: Promise<{ path?: string[] }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
};

/** Settings without a workspace in the URL redirect to the workspace used last. */
export default async function SettingsPage({ params, searchParams }: Props) {
  const { account } = await requirePageAccount();
  const workspace = account.workspaces[0];
  if (!workspace) return <NoWorkspace name={account.name} />;

  const { path = [] } = await params;
  const query = new URLSearchParams();
  for (const [name, values] of Object.entries(await searchParams)) {
    for (const value of [values ?? []].flat()) query.append(name, value);
  }
  const rest = path.map((part) => `/${encodeURIComponent(decodeURIComponent(part))}`).join("");
  redirect(`/${workspace.slug}/settings${rest}${query.size > 0 ? `?${query}` : ""}`);
}
