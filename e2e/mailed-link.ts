import path from "node:path";
import { linkIn, readKeptMails } from "@/tests/peers/kept-mail";
import { expect } from "./fixtures";

/** Waits for the latest email to an address with a link to a page, and returns the link. */
export async function mailedLink(email: string, page: string): Promise<string> {
  let link = "";
  await expect(async () => {
    const mails = await keptMails(email);
    link = linkIn(mails.findLast((mail) => mail.includes(`/${page}?token=`)) ?? mails.at(-1), page);
  }).toPass({ timeout: 20_000 });
  return link;
}

export function keptMails(email: string): Promise<string[]> {
  return readKeptMails(path.join(process.env.E2E_DATA_DIR ?? "", "mail"), email);
}
