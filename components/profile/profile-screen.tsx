"use client";

import { DeleteSection } from "@/components/forms/delete-section";
import { loadOnUse } from "@/components/ui/load-on-use";
import { PageHeader } from "@/components/ui/page-header";
import { Section } from "@/components/ui/section";
import { Tag } from "@/components/ui/tag";
import { useAccount } from "@/lib/client/use-account";
import type { Account } from "@/lib/contracts/account";
import { roleLabels } from "@/lib/contracts/permissions";
import { EmailSection } from "./email-section";
import { PictureSection } from "./picture-section";
import { ProfileForm } from "./profile-form";

const deletion = loadOnUse(() => import("./delete-account-dialog"));
const DeleteAccountDialog = deletion.component("DeleteAccountDialog");

export function ProfileScreen({ account: initial, slug }: { account: Account; slug: string }) {
  const { data: account } = useAccount(initial);
  return (
    <div className="max-w-140">
      <PageHeader title="Profile">How you appear to your colleagues.</PageHeader>
      <div className="grid grid-cols-1 gap-6">
        <ProfileForm account={account} />
        <PictureSection account={account} />
        <EmailSection account={account} />
        <Section title="Workspaces" description="The workspaces you’re in, and your role in each." flush>
          <ul className="border-t">
            {account.workspaces.map((workspace) => (
              <li
                key={workspace.id}
                className="flex items-center justify-between gap-4 border-b px-5 py-3 last:border-b-0"
              >
                <span className="flex min-w-0 items-center gap-2">
                  <a href={`/${workspace.slug}/settings`} className="truncate font-medium hover:underline">
                    {workspace.name}
                  </a>
                  {workspace.slug === slug && <Tag>Current</Tag>}
                </span>
                <span className="text-muted">{roleLabels[workspace.role]}</span>
              </li>
            ))}
          </ul>
        </Section>
        <DeleteSection
          title="Delete account"
          dialog={deletion}
          description="You can’t undo this. First you’ll see what happens to your workspaces and API keys."
        >
          {(close) => <DeleteAccountDialog email={account.email} onClose={close} />}
        </DeleteSection>
      </div>
    </div>
  );
}
