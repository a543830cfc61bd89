import { useQuery } from "@tanstack/react-query";
import { memberListQuery } from "./queries/workspace";

export function useMembers(workspace: string) {
  return useQuery({
    ...memberListQuery(workspace),
    select: (answer) => answer.members,
  });
}
