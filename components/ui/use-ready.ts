import { useSyncExternalStore } from "react";

const never = () => () => {};

/** Whether the page is hydrated. False in the server's HTML. */
export function useReady(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
