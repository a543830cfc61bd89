import { runtime } from "../runtime";

/** With the `__Host-` prefix, sibling domains can't set the cookie. The plain name is only for local http. */
export function sessionCookieName(): string {
  return runtime().env.local ? "keyward.session" : "__Host-keyward.session";
}

export function sessionCookieOptions(expires: Date) {
  return { httpOnly: true, sameSite: "lax", path: "/", secure: !runtime().env.local, expires } as const;
}

/** The session token in a Cookie header, or null. */
export function readSessionToken(cookieHeader: string | null): string | null {
  const name = `${sessionCookieName()}=`;
  for (const part of (cookieHeader ?? "").split(";")) {
    const pair = part.trim();
    if (pair.startsWith(name)) return pair.slice(name.length) || null;
  }
  return null;
}
