"use client";

import Link from "next/link";
import { keyHref } from "@/components/api-keys/key-links";
import { ErrorState } from "@/components/ui/error-state";
import { errorMessage } from "@/lib/client/api-client";
import { useUnmetKeys } from "@/lib/client/use-unmet-keys";
import type { KeyPolicy } from "@/lib/contracts/key-policy";
import { lacksOf, remedyOf } from "./unmet-keys";

/** The keys that don't meet the policy, each with a link to its remedy. */
export function UnmetKeyList({ workspaceSlug, policy }: { workspaceSlug: string; policy: KeyPolicy }) {
  const { data, error, refetch, isFetching } = useUnmetKeys(workspaceSlug, policy);
  if (error && !data)
    return (
      <ErrorState title="Couldn’t load keys" onRetry={() => void refetch()} retrying={isFetching}>
        {errorMessage(error)}
      </ErrorState>
    );
  if (!data) return null;
  if (data.total === 0) return <p className="pt-4 text-muted">Every key meets the policy.</p>;
  const heading =
    data.total === 1 ? "1 key doesn’t meet the policy" : `${data.total} keys don’t meet the policy`;
  return (
    <div className="pt-4">
      <h3 className="font-semibold">{heading}</h3>
      <ul aria-label="Keys that don’t meet the policy" className="grid gap-3 pt-2">
        {data.keys.map((key) => {
          const remedy = remedyOf(key, policy, new Date());
          return (
            <li key={key.id} className="grid gap-0.5 border-t pt-3">
              <div className="flex flex-wrap items-baseline justify-between gap-x-4">
                <span className="wrap-anywhere min-w-0 font-semibold">{key.name}</span>
                <Link
                  href={keyHref(workspaceSlug, key.id)}
                  className="text-accent hover:underline"
                  aria-label={`${remedy}: ${key.name}`}
                >
                  {remedy}
                </Link>
              </div>
              <span className="text-muted text-sm">
                {lacksOf(key, policy)} · owned by {key.ownerName}
              </span>
            </li>
          );
        })}
      </ul>
      {data.total > data.keys.length && (
        <p className="pt-3 text-muted">The oldest {data.keys.length} are shown.</p>
      )}
    </div>
  );
}
