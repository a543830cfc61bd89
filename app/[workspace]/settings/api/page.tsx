import { redirect } from "next/navigation";

export default async function ApiPage({ params }: { params: Promise<{ workspace: string }> }) {
  redirect(`/${encodeURIComponent((await params).workspace)}/settings/api/keys`);
}
