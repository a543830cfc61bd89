import { AppError } from "@/lib/contracts/app-error";
import type { Origin } from "../actor";
import { db } from "../runtime";
import { confirmInSession } from "../sessions/confirm-in-session";
import type { CurrentSession } from "../sessions/session-store";
import { takeTotpCode } from "./totp-code";

/**
 * A signed-in person confirms who they are with their authenticator app.
 * @throws AppError `incorrect_code`, and as confirmInSession does.
 */
export async function confirmAuthenticatorCode(
  session: CurrentSession,
  code: string,
  origin: Origin,
): Promise<void> {
  await confirmInSession(session, origin, async () => {
    const right = await db().$transaction((transaction) => takeTotpCode(transaction, session.userId, code));
    if (!right) throw new AppError("incorrect_code");
  });
}
