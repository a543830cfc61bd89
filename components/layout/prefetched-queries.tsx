"use client";

import { type DehydratedState, HydrationBoundary } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { noteSessionUser, readPageUser } from "@/lib/client/page-account";
import { timedByThisClock } from "@/lib/client/timed-by-this-clock";

/** Hydrates the queries that the server prefetched, so that the page shows them without a request. */
export function PrefetchedQueries({
  userId,
  state,
  children,
}: {
  userId: string;
  state: DehydratedState;
  children: ReactNode;
}) {
  // Another person may have signed in in another tab. The data is then theirs and must not appear on this page.
  const pageUser = readPageUser();
  const isOthers = pageUser !== null && pageUser !== userId;
  useEffect(() => {
    if (isOthers) noteSessionUser(false);
  }, [isOthers]);
  return <HydrationBoundary state={isOthers ? null : timedByThisClock(state)}>{children}</HydrationBoundary>;
}
