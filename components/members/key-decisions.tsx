"use client";

import { useState } from "react";
import { KeyHint } from "@/components/api-keys/key-hint";
import { KeyStatusBadge } from "@/components/api-keys/key-status-badge";
import { Alert } from "@/components/ui/alert";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-client";
import { useMemberKeys } from "@/lib/client/change-members";
import type { KeyDecisionsInput } from "@/lib/contracts/member-input";
import type { KeyDecisionCounts, MemberKey } from "@/lib/contracts/members";

const revoke = "revoke";

/** Maps a key's id to `revoke` or to the id of its new owner. Undecided keys are missing. */
export type KeyDecisions = ReadonlyMap<string, string>;

export function isDecided(keys: readonly MemberKey[], decisions: KeyDecisions): boolean {
  return keys.every(({ id }) => decisions.has(id));
}

/** If the same decision applies to more keys than this, they aren't sent one by one. */
const maximumNamed = 300;

export function inputOf(keys: readonly MemberKey[], decisions: KeyDecisions): KeyDecisionsInput {
  const owned = keys.filter((key) => key.owner === null);
  const choices = new Set(owned.map(({ id }) => decisions.get(id)));
  const [forAll] = choices.size === 1 && owned.length > maximumNamed ? choices : [];
  const named = forAll === undefined ? keys : keys.filter((key) => key.owner !== null);
  return {
    transfers: named.flatMap(({ id: keyId }) => {
      const userId = decisions.get(keyId);
      return userId === undefined || userId === revoke ? [] : [{ keyId, userId }];
    }),
    revocations: named.filter(({ id }) => decisions.get(id) === revoke).map(({ id }) => id),
    ...(forAll !== undefined && { otherKeys: forAll === revoke ? forAll : { transferTo: forAll } }),
  };
}

/**
 * The keys to decide about before a member is removed, suspended or demoted, and the decisions so far.
 * @param scope `all` before removing; `othersOnly` otherwise: keys that manage keys and that the member created for others.
 */
export function useKeyDecisions(
  workspaceSlug: string,
  userId: string,
  scope: "all" | "othersOnly",
  enabled = true,
) {
  const query = useMemberKeys(workspaceSlug, userId, enabled);
  const [decisions, setDecisions] = useState<KeyDecisions>(new Map());
  const keys = enabled
    ? query.data?.keys.filter(({ owner }) => scope === "all" || owner !== null)
    : ([] satisfies MemberKey[]);
  return {
    query,
    keys,
    /** Keys of others that lose the right to manage keys without a decision. */
    withdrawn: (enabled && query.data?.withdrawn) || [],
    decisions,
    setDecisions,
    decided: keys !== undefined && isDecided(keys, decisions),
    input: inputOf(keys ?? [], decisions),
  };
}

/** Such as "1 key revoked. 2 keys transferred." Empty if no key was affected. */
export function settledSentence({ revoked, transferred }: KeyDecisionCounts): string {
  const parts = [
    revoked > 0 && `${counted(revoked)} revoked.`,
    transferred > 0 && `${counted(transferred)} transferred.`,
  ];
  return parts.filter(Boolean).join(" ");
}

function counted(count: number): string {
  return count === 1 ? "1 key" : `${count} keys`;
}

type Candidate = { userId: string; name: string; email: string | null };
type Props<Keys> = {
  keys: Keys;
  candidates: readonly Candidate[];
  decisions: KeyDecisions;
  onDecide: (decisions: KeyDecisions) => void;
  /** Such as "Grace owns"; null if the member owns none of the keys. */
  owner: string | null;
};

/** Loads a member's keys and asks what happens to each. */
export function MemberKeyChoices({
  keyDecisions: { query, keys, withdrawn, decisions, setDecisions },
  ...props
}: Pick<Props<never>, "candidates" | "owner"> & { keyDecisions: ReturnType<typeof useKeyDecisions> }) {
  if (keys)
    return (
      <>
        <KeyChoices keys={keys} decisions={decisions} onDecide={setDecisions} {...props} />
        {withdrawn.length > 0 && <Withdrawn keys={withdrawn} />}
      </>
    );
  return query.error ? (
    <ErrorState
      title="Couldn’t load the keys"
      onRetry={() => void query.refetch()}
      retrying={query.isFetching}
    >
      {errorMessage(query.error)}
    </ErrorState>
  ) : (
    <div role="status" aria-label="Loading the keys" className="grid gap-2">
      <Skeleton className="h-4 w-44" />
      <Skeleton className="h-9 w-full" />
    </div>
  );
}

/** A warning, because a program that rotates its own key will no longer be able to. */
function Withdrawn({ keys }: { keys: readonly MemberKey[] }) {
  return (
    <Alert tone="warn" title="These API keys will no longer be able to manage API keys">
      <p>You created them, and others own them. They keep working for everything else.</p>
      <ul className="mt-1 grid gap-0.5">
        {keys.map(({ id, name, owner }) => (
          <li key={id} className="break-words">
            <strong className="font-medium text-text">{name}</strong>
            {owner && `, owned by ${owner.name}`}
          </li>
        ))}
      </ul>
    </Alert>
  );
}

/** Keys with a choice for each. Nothing is preselected. */
export function KeyChoices({ keys, candidates, decisions, onDecide, owner }: Props<readonly MemberKey[]>) {
  if (keys.length === 0) return owner === null ? null : <p className="text-muted">{owner} no API keys.</p>;

  const options = [
    { value: revoke, label: "Revoke", hint: "Programs that use it are denied. You can’t undo this." },
    ...candidates.map((member) => ({
      value: member.userId,
      label: `Transfer to ${member.name}`,
      hint: member.email ?? "Service member",
    })),
  ];
  const optionsOf = (key: MemberKey) =>
    key.owner === null
      ? options
      : [
          ...options.filter(({ value }) => value === revoke),
          { value: key.owner.userId, label: "Keep", hint: "The secret keeps working." },
        ];
  const owned = keys.filter((key) => key.owner === null);

  function decide(keyIds: string[], choice: string) {
    const next = new Map(decisions);
    for (const keyId of keyIds) next.set(keyId, choice);
    onDecide(next);
  }

  const all = owned.map((key) => key.id);
  const choices = new Set(all.map((keyId) => decisions.get(keyId) ?? ""));
  return (
    <div className="grid gap-3">
      <p className="text-muted">
        {owner === null
          ? "This member created API keys that others own and that can manage API keys. Choose what happens to each."
          : `${owner} ${ownedKeys(all.length)}. A transferred key keeps its secret, so programs keep working, but it can’t do more than its new owner.`}
      </p>
      {all.length > 1 && candidates.length > 0 && (
        <Select
          aria-label="What happens to all keys"
          prefix="All keys:"
          placeholder={choices.has("") ? "Choose for all" : "Chosen below"}
          value={choices.size === 1 ? ([...choices][0] as string) : ""}
          onValueChange={(choice) => decide(all, choice)}
          options={options}
          className="w-full"
        />
      )}
      <ul aria-label="API keys" className="grid">
        {keys.map((key) => (
          <li key={key.id} className="grid gap-2 border-t py-3 sm:grid-cols-[1fr_14rem] sm:items-center">
            <div className="grid min-w-0 gap-0.5">
              <span className="break-words font-medium">{key.name}</span>
              <span className="flex flex-wrap items-center gap-x-3">
                <KeyHint prefix={key.prefix} suffix={key.suffix} />
                <KeyStatusBadge apiKey={key} />
              </span>
              <span className="text-muted text-sm">
                {key.lastUsedAt ? (
                  <>
                    Last used <RelativeTime at={key.lastUsedAt} />
                  </>
                ) : (
                  "Never used"
                )}
              </span>
              {key.owner && (
                <span className="text-muted">
                  Owned by {key.owner.name}. It can manage API keys, and this member may know its secret.
                </span>
              )}
            </div>
            <Select
              aria-label={`What happens to ${key.name}`}
              value={decisions.get(key.id) ?? ""}
              placeholder={key.owner === null ? "Revoke or transfer?" : "Revoke or keep?"}
              onValueChange={(choice) => decide([key.id], choice)}
              options={optionsOf(key)}
              className="w-full"
            />
          </li>
        ))}
      </ul>
    </div>
  );
}

function ownedKeys(count: number): string {
  if (count === 0) return "no API keys";
  return count === 1 ? "1 API key" : `${count} API keys`;
}
