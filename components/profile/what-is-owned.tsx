"use client";

import { KeyChoices, type KeyDecisions } from "@/components/members/key-decisions";
import { Alert } from "@/components/ui/alert";
import type { AccountDeletion } from "@/lib/contracts/account";

/** What prevents deleting the account or, if nothing does, what happens to the person's workspaces and keys. */
export function WhatIsOwned({
  owned: { blockedBy, deleted, left },
  decisions,
  onDecide,
}: {
  owned: AccountDeletion;
  decisions: KeyDecisions;
  onDecide: (decisions: KeyDecisions) => void;
}) {
  if (blockedBy.length > 0) return <BlockingWorkspaces workspaces={blockedBy} />;
  const withKeys = left.filter(({ keys }) => keys.length > 0);
  const closed = left.filter((workspace) => workspace.closed);
  const without = left.filter((workspace) => !workspace.closed && workspace.keys.length === 0);
  return (
    <>
      {deleted.length > 0 && (
        <Alert
          tone="warn"
          title={
            deleted.length === 1
              ? "This workspace will be deleted, too"
              : `These ${deleted.length} workspaces will be deleted, too`
          }
        >
          <p>
            {deleted.length === 1
              ? "No one else is in it. Its API keys stop working immediately."
              : "No one else is in them. Their API keys stop working immediately."}
          </p>
          <ul className="mt-1 grid gap-0.5">
            {deleted.map(({ id, name, activeKeys }) => (
              <li key={id} className="break-words">
                <strong className="font-medium text-text">{name}</strong>
                {activeKeys > 0 && `, with ${activeKeys === 1 ? "1 API key" : `${activeKeys} API keys`}`}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {withKeys.map((workspace) => (
        <section key={workspace.id} aria-label={workspace.name} className="grid gap-1">
          <h3 className="break-words font-medium">You leave {workspace.name}</h3>
          <KeyChoices
            keys={workspace.keys}
            candidates={workspace.newOwners}
            decisions={decisions}
            onDecide={onDecide}
            owner="You own"
          />
        </section>
      ))}
      {closed.length > 0 && (
        <p className="break-words text-muted">
          You leave {closed.map(({ name }) => name).join(", ")}, and any API keys you own there are revoked.
          To choose what happens to them, open the workspace first.
        </p>
      )}
      {without.length > 0 && (
        <p className="break-words text-muted">
          You leave {without.map(({ name }) => name).join(", ")}, where you own no API keys.
        </p>
      )}
    </>
  );
}

function BlockingWorkspaces({ workspaces }: { workspaces: AccountDeletion["blockedBy"] }) {
  return (
    <div className="grid gap-2">
      <p>
        {workspaces.length === 1
          ? "You’re the last owner of a workspace with other members. Make another member an owner first, or delete it."
          : "You’re the last owner of workspaces with other members. Make another member of each an owner first, or delete them."}
      </p>
      <ul className="grid">
        {workspaces.map(({ id, slug, name }) => (
          <li key={id} className="flex flex-wrap items-baseline justify-between gap-x-4 border-t py-2.5">
            <span className="min-w-0 break-words font-medium">{name}</span>
            <a href={`/${slug}/settings/members`} className="text-accent underline underline-offset-2">
              Members of {name}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
