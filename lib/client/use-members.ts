import { useQuery } from "@tanstack/react-query";
import { memberListQuery } from "./queries/workspace";

export function useMembers(workspace: string, options: { enabled?: boolean } = {}) {
  return useQuery({
    ...memberListQuery(workspace),
    ...options,
    select: (answer) => answer.members,
  });
}
