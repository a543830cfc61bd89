/** The person this page was loaded for. Another tab may sign in another person: the cookie is then theirs. */
let pageUserId: string | null = null;
let signedInElsewhere = false;
let confirmations = 0;
const listeners = new Set<() => void>();

/** Call before the page's first request. Does nothing on the server, which renders pages for everyone. */
export function setPageUser(userId: string): void {
  if (typeof window !== "undefined") pageUserId ??= userId;
}

/** The person this page was loaded for; null on signed-out pages. */
export function readPageUser(): string | null {
  return pageUserId;
}

/** Records whether the browser's session belongs to this page's person, as far as known. */
export function noteSessionUser(isPageUser: boolean): void {
  if (isPageUser) confirmations++;
  if (signedInElsewhere === !isPageUser) return;
  signedInElsewhere = !isPageUser;
  for (const listener of listeners) listener();
}

/** Grows whenever the browser's session turns out to belong to this page's person. */
export function sessionConfirmations(): number {
  return confirmations;
}

/** Whether another person has signed in in this browser. */
export function isSignedInElsewhere(): boolean {
  return signedInElsewhere;
}

export function onSignedInElsewhere(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
