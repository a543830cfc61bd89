import { randomBytes } from "node:crypto";
import { cookies } from "next/headers";
import { themeCookieName, themeCookieSeconds } from "@/lib/contracts/theme";
import type { Origin } from "../actor";
import { db, runtime } from "../runtime";
import { recordDevice } from "../sessions/known-device";

const maxAgeSeconds = 400 * 24 * 3600;

/** Recognizes a browser by a cookie that outlives sessions and grants nothing. Called at the end of every sign-in. */
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

/** Restores the theme that the person chose in another browser. The page also writes this cookie, so it isn't HttpOnly. */
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
