"use client";

import { useRef } from "react";
import { ErrorState } from "@/components/ui/error-state";
import { Section } from "@/components/ui/section";
import { Skeleton } from "@/components/ui/skeleton";
import { errorMessage } from "@/lib/client/api-client";
import { useDomains } from "@/lib/client/use-domains";
import { AddDomainForm } from "./add-domain-form";
import { UnverifiedDomain } from "./unverified-domain";
import { VerifiedDomain } from "./verified-domain";

export function SingleSignOnSection({ workspaceSlug }: { workspaceSlug: string }) {
  const list = useRef<HTMLUListElement>(null);
  const { data, error, refetch, isFetching } = useDomains(workspaceSlug);
  const providerName = data?.providerName ?? null;
  // The button that was pressed is removed, so focus the list.
  const keepFocus = () => list.current?.focus();

  return (
    <Section
      title="Single sign-on"
      description="Verify an email domain, and let its people sign in with your OpenID provider."
      flush
    >
      <div className="border-t">
        {data ? (
          <>
            <ul ref={list} tabIndex={-1} aria-label="Email domains" className="outline-none">
              {data.domains.map((domain) => (
                <li key={domain.id} className="border-b px-5 py-4">
                  {domain.verified ? (
                    <VerifiedDomain
                      workspaceSlug={workspaceSlug}
                      domain={domain}
                      providerName={providerName}
                      onRemoved={keepFocus}
                    />
                  ) : (
                    <UnverifiedDomain workspaceSlug={workspaceSlug} domain={domain} onGone={keepFocus} />
                  )}
                </li>
              ))}
            </ul>
            <AddDomainForm workspaceSlug={workspaceSlug} />
          </>
        ) : error ? (
          <ErrorState
            title="Couldn’t load email domains"
            onRetry={() => void refetch()}
            retrying={isFetching}
          >
            {errorMessage(error)}
          </ErrorState>
        ) : (
          <div role="status" aria-label="Loading the email domains" className="px-5 py-4">
            <Skeleton className="h-9 w-64 max-w-full" />
          </div>
        )}
      </div>
    </Section>
  );
}
