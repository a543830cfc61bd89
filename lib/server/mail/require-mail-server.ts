import { AppError } from "@/lib/contracts/app-error";
import { runtime } from "../runtime";

/**
 * To be called before a person is told to look into their mailbox. On a laptop mails are kept as files, which is where its
 * developer looks; a deployment without SMTP_URL sends none.
 * @param what The sentence that says what can't be done, and what to do instead.
 * @throws AppError `unavailable`
 */
export function requireMailServer(what: string): void {
  const { local, smtpUrl } = runtime().env;
  if (!local && !smtpUrl) throw new AppError("unavailable", what);
}
