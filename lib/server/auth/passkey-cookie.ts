import { randomBytes } from "node:crypto";
import { cookies } from "next/headers";
import { runtime } from "../runtime";
import { challengeSeconds } from "../second-factors/challenge";

/**
 * Binds a passkey challenge to the browser that requested it before there is a session. A page that tricks someone
 * into signing another browser's challenge can't use the result without this cookie.
 */
export async function setPasskeyCookie(): Promise<string> {
  const { local } = runtime().env;
  const token = randomBytes(32).toString("base64url");
  (await cookies()).set(cookieName(), token, {
    httpOnly: true,
    sameSite: "strict",
    path: "/",
    secure: !local,
    maxAge: challengeSeconds,
  });
  return token;
}

/** Reads and deletes the token, which is valid for one response. Empty, which matches no challenge, if there is none. */
export async function takePasskeyCookie(): Promise<string> {
  const jar = await cookies();
  const token = jar.get(cookieName())?.value ?? "";
  jar.set(cookieName(), "", {
    httpOnly: true,
    sameSite: "strict",
    path: "/",
    secure: !runtime().env.local,
    maxAge: 0,
  });
  return token;
}

function cookieName(): string {
  return runtime().env.local ? "keyward.passkey" : "__Host-keyward.passkey";
}
