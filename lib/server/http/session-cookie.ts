import { runtime } from "../runtime";

/** Where the cookie lives: with the `__Host-` prefix no sibling domain can set it; plain only where APP_URL is local http. */
export function sessionCookieName(): string {
  return runtime().env.local ? "keyward.session" : "__Host-keyward.session";
}

export function sessionCookieOptions(expires: Date) {
  return { httpOnly: true, sameSite: "lax", path: "/", secure: !runtime().env.local, expires } as const;
}

/** The session token of a Cookie header, if there is one. */
export function readSessionToken(cookieHeader: string | null): string | null {
  const name = `${sessionCookieName()}=`;
  for (const part of (cookieHeader ?? "").split(";")) {
    const pair = part.trim();
    if (pair.startsWith(name)) return pair.slice(name.length) || null;
  }
  return null;
}
