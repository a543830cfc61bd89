import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** The decoded mails to one address that were saved in a folder. */
export async function readKeptMails(folder: string, address: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const mails = await Promise.all(
    names
      .filter((name) => name.endsWith(".eml"))
      .sort()
      .map(async (name) => decodeMail(await readFile(path.join(folder, name), "utf8"))),
  );
  return mails.filter((mail) => mail.includes(`\nTo: ${address}\n`));
}

/** Decodes quoted-printable. */
export function decodeMail(raw: string): string {
  const bytes = raw
    .replaceAll("\r\n", "\n")
    .replace(/=\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** The path of the link in a mail. */
export function linkIn(mail: string | undefined, page: string): string {
  const [link] = mail?.match(new RegExp(`https?://[^\\s"]+(/${page}\\?token=[\\w-]{43})`)) ?? [];
  if (!link) throw new Error(`There is no link to /${page} in: ${mail}`);
  const { pathname, search } = new URL(link);
  return pathname + search;
}
