"use client";

import { KeyHint } from "@/components/api-keys/key-hint";
import { KeyStatusBadge } from "@/components/api-keys/key-status-badge";
import { ErrorState } from "@/components/ui/error-state";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-client";
import type { useMemberKeys } from "@/lib/client/use-members";
import type { MemberKey } from "@/lib/contracts/members";

const revoke = "revoke";

type Candidate = { userId: string; name: string; email: string | null };
type Props<Keys> = {
  keys: Keys;
  candidates: readonly Candidate[];
  /** Key id → who gets it. */
  heirs: ReadonlyMap<string, string>;
  onHeirs: (heirs: ReadonlyMap<string, string>) => void;
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

/** The keys of who goes, each with the question what becomes of it. Unasked, each is revoked. */
export function LeaverKeyChoices({ keys, candidates, heirs, onHeirs, owner }: Props<readonly MemberKey[]>) {
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
    const next = new Map(heirs);
    for (const keyId of keyIds) {
      if (choice === revoke) next.delete(keyId);
      else next.set(keyId, choice);
    }
    onHeirs(next);
  }

  const all = owned.map((key) => key.id);
  const choices = new Set(all.map((keyId) => heirs.get(keyId) ?? revoke));
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
          placeholder="Each as below"
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
              {key.owner && (
                <span className="text-muted">
                  Owned by {key.owner.name}. Manages API keys, and this member may know its secret.
                </span>
              )}
            </div>
            <Select
              aria-label={`What becomes of ${key.name}`}
              value={heirs.get(key.id) ?? revoke}
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
