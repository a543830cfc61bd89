import { useQuery } from "@tanstack/react-query";
import { twoStepQuery } from "./queries/account";

export function useTwoStep() {
  return useQuery(twoStepQuery());
}
