import { useSyncExternalStore } from "react";

const never = () => () => {};

/** Whether the page's script runs. False in the page as the server sent it, which a slow machine shows for a while. */
export function useReady(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
