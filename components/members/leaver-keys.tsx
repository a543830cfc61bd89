"use client";

import { KeyHint } from "@/components/api-keys/key-hint";
import { KeyStatusBadge } from "@/components/api-keys/key-status-badge";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-client";
import type { useMemberKeys } from "@/lib/client/use-members";
import type { MemberKey } from "@/lib/contracts/members";

const revoke = "revoke";

/** Key id → `revoke`, or the id of the member who gets it. A key that is not here is not decided yet. */
export type KeyDecisions = ReadonlyMap<string, string>;

export function isDecided(keys: readonly MemberKey[], decisions: KeyDecisions): boolean {
  return keys.every(({ id }) => decisions.has(id));
}

/** The keys that go to a member; all others are revoked. */
export function transfersOf(
  keys: readonly MemberKey[],
  decisions: KeyDecisions,
): { keyId: string; userId: string }[] {
  return keys.flatMap(({ id: keyId }) => {
    const userId = decisions.get(keyId);
    return userId === undefined || userId === revoke ? [] : [{ keyId, userId }];
  });
}

type Candidate = { userId: string; name: string; email: string | null };
type Props<Keys> = {
  keys: Keys;
  candidates: readonly Candidate[];
  decisions: KeyDecisions;
  onDecide: (decisions: KeyDecisions) => void;
  /** "Grace owns". */
  owner: string;
};

/** The keys of who goes, as they are being fetched. */
export function LeaverKeys({ keys, ...props }: Props<ReturnType<typeof useMemberKeys>>) {
  if (keys.data) return <LeaverKeyChoices keys={keys.data} {...props} />;
  return keys.error ? (
    <ErrorState
      title="The keys could not be shown"
      onRetry={() => void keys.refetch()}
      retrying={keys.isFetching}
    >
      {errorMessage(keys.error)}
    </ErrorState>
  ) : (
    <div role="status" aria-label="Loading the keys" className="grid gap-2">
      <Skeleton className="h-4 w-44" />
      <Skeleton className="h-9 w-full" />
    </div>
  );
}

/** The keys of who goes, each with its last use and the question what becomes of it. Nothing is chosen beforehand. */
export function LeaverKeyChoices({
  keys,
  candidates,
  decisions,
  onDecide,
  owner,
}: Props<readonly MemberKey[]>) {
  if (keys.length === 0) return <p className="text-muted">{owner} no API keys.</p>;

  const options = [
    { value: revoke, label: "Revoke", hint: "For ever: programs that use it are refused." },
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
          { value: key.owner.userId, label: "Keep", hint: "The secret stays valid." },
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
        {owner} {ownedKeys(all.length)}. A transferred key keeps its secret, so that no program stops, and can
        do no more than its new owner.
      </p>
      {all.length > 1 && candidates.length > 0 && (
        <Select
          aria-label="What becomes of all keys"
          prefix="All keys:"
          placeholder={choices.has("") ? "Choose for all" : "Each as below"}
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
                  Owned by {key.owner.name}. Manages API keys, and this member may know its secret.
                </span>
              )}
            </div>
            <Select
              aria-label={`What becomes of ${key.name}`}
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
