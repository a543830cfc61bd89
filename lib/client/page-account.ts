import { useSyncExternalStore } from "react";

/** Whose page this is. Another tab may sign another person in: the cookie is then theirs, and this page is not. */
let pageUserId: string | null = null;
let signedInElsewhere = false;
const listeners = new Set<() => void>();

/** Called when a page loads, before anything is asked for. On the server, which renders for everybody, it does nothing. */
export function setPageUser(userId: string): void {
  if (typeof window !== "undefined") pageUserId ??= userId;
}

/** The person that requests of this page are for; null on pages for everybody. */
export function readPageUser(): string | null {
  return pageUserId;
}

/** Notes who the browser's session belongs to now, as far as the page can tell: to its person, or to another. */
export function noteSessionUser(isPageUser: boolean): void {
  if (signedInElsewhere === !isPageUser) return;
  signedInElsewhere = !isPageUser;
  for (const listener of listeners) listener();
}

/** Whether another person is signed in by now. */
export function useSignedInElsewhere(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => signedInElsewhere,
    () => false,
  );
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
