import { randomBytes } from "node:crypto";
import { cookies } from "next/headers";
import { runtime } from "../runtime";
import { challengeSeconds } from "../second-factors/challenge";

/**
 * What ties a question for a passkey to the browser that asked it, while there is no session: a token of its own for as long as
 * the question lives. A page elsewhere that got somebody to sign the question of another browser has nothing to bring it with.
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

/** The token, taken from the browser: it is good for one answer. Empty, and so bound to nothing, where there is none. */
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
