import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { SessionView } from "@/lib/contracts/account";
import { apiRequest } from "./api-client";
import { sessionListQuery } from "./queries/account";
import { queryKeys } from "./query-keys";

type Sessions = { sessions: SessionView[] };

export function useSessions() {
  return useQuery({
    ...sessionListQuery(),
    select: (answer) => answer.sessions,
  });
}

export function useRevokeSession() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      apiRequest(`/api/account/sessions/${encodeURIComponent(id)}`, { method: "DELETE" }),
    onSuccess: (_answer, id) => {
      queryClient.setQueryData<Sessions>(
        queryKeys.sessions,
        (before) => before && { sessions: before.sessions.filter((session) => session.id !== id) },
      );
      void queryClient.invalidateQueries({ queryKey: queryKeys.sessions });
    },
  });
}

/** Ends every session except this one. */
export function useRevokeOtherSessions() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () =>
      apiRequest<{ revoked: number }>("/api/account/sessions/revoke-others", { method: "POST" }),
    onSuccess: () => {
      queryClient.setQueryData<Sessions>(
        queryKeys.sessions,
        (before) => before && { sessions: before.sessions.filter((session) => session.current) },
      );
      void queryClient.invalidateQueries({ queryKey: queryKeys.sessions });
    },
  });
}
