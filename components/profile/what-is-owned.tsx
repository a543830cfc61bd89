"use client";

import { KeyChoices, type KeyDecisions } from "@/components/members/key-decisions";
import { Alert } from "@/components/ui/alert";
import type { AccountDeletion } from "@/lib/contracts/account";

/** What stands in the way of deleting the account; else what ends with it, what goes on, and who gets which key. */
export function WhatIsOwned({
  owned: { blockedBy, deleted, left },
  decisions,
  onDecide,
}: {
  owned: AccountDeletion;
  decisions: KeyDecisions;
  onDecide: (decisions: KeyDecisions) => void;
}) {
  if (blockedBy.length > 0) return <InTheWay workspaces={blockedBy} />;
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
              ? "This workspace is deleted with it"
              : `These ${deleted.length} workspaces are deleted with it`
          }
        >
          <p>
            {deleted.length === 1
              ? "Nobody else is in it. Its API keys are refused at once."
              : "Nobody else is in them. Their API keys are refused at once."}
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

function InTheWay({ workspaces }: { workspaces: AccountDeletion["blockedBy"] }) {
  return (
    <div className="grid gap-2">
      <p>
        You are the last owner of {workspaces.length === 1 ? "a workspace" : "workspaces"} that others are in.
        Make another member owner first, or delete it.
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
