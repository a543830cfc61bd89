import { AppError } from "@/lib/contracts/app-error";
import { runtime } from "../runtime";

/**
 * Call this before telling a person to check their mailbox. Local installations save mail as files for the developer;
 * other installations without SMTP_URL send none.
 * @param what The message: what isn't possible, and what to do instead.
 * @throws AppError `unavailable`
 */
export function requireMailServer(what: string): void {
  const { local, smtpUrl } = runtime().env;
  if (!local && !smtpUrl) throw new AppError("unavailable", what);
}
