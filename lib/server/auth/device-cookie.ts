import { randomBytes } from "node:crypto";
import { cookies } from "next/headers";
import { themeCookieName, themeCookieSeconds } from "@/lib/contracts/theme";
import type { Origin } from "../actor";
import { db, runtime } from "../runtime";
import { recordDevice } from "../sessions/known-device";

const maxAgeSeconds = 400 * 24 * 3600;

/**
 * Recognises the browser that somebody has just signed in with by a cookie of its own, which outlives sessions and opens
 * nothing. To be called by every way in, on the answer under way.
 */
export async function recognizeDevice(userId: string, origin: Origin): Promise<void> {
  const { local } = runtime().env;
  await restoreTheme(userId);
  const name = local ? "keyward.device" : "__Host-keyward.device";
  const jar = await cookies();
  const known = jar.get(name)?.value;
  const token = known && /^[\w-]{43}$/.test(known) ? known : randomBytes(32).toString("base64url");
  await recordDevice(userId, token, origin);
  jar.set(name, token, {
    httpOnly: true,
    sameSite: "lax",
    path: "/",
    secure: !local,
    maxAge: maxAgeSeconds,
  });
}

/** The theme that the person chose elsewhere. The page writes this cookie as well, so it is not HttpOnly. */
async function restoreTheme(userId: string): Promise<void> {
  const { theme } = await db().user.findUniqueOrThrow({ where: { id: userId }, select: { theme: true } });
  if (theme === null) return;
  const jar = await cookies();
  if (theme === "system") jar.delete(themeCookieName);
  else
    jar.set(themeCookieName, theme, {
      sameSite: "lax",
      path: "/",
      secure: !runtime().env.local,
      maxAge: themeCookieSeconds,
    });
}
