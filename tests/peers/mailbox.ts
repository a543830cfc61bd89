import { once } from "node:events";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { SMTPServer } from "smtp-server";
import { runtime } from "@/lib/server/runtime";
import { waitUntil } from "../wait-until";
import { readKeptMails } from "./kept-mail";

export type ReceivedMail = { from: string; to: string[]; raw: string };

/** A real SMTP server that keeps the mails it receives. `refuse` rejects the next recipient with a code. */
export async function startMailServer(): Promise<{
  url: string;
  received: ReceivedMail[];
  refuse(code: number): void;
  close(): Promise<void>;
}> {
  const received: ReceivedMail[] = [];
  let refusal: number | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo(_address, _session, done) {
      const code = refusal;
      refusal = null;
      done(code ? Object.assign(new Error("Refused"), { responseCode: code }) : null);
    },
    onData(stream, { envelope }, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        received.push({
          from: envelope.mailFrom ? envelope.mailFrom.address : "",
          to: envelope.rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
  });
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    refuse: (code) => {
      refusal = code;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Waits until all queued mails are delivered. */
export async function allMailDelivered(): Promise<void> {
  await waitUntil("the outbox is empty", async () => {
    const { rows } = await runtime().pool.query("SELECT 1 FROM mail.outbox");
    return rows.length === 0;
  });
}

/** The mails to an address, oldest first, after all have been delivered. */
export async function keptMails(address: string): Promise<string[]> {
  await allMailDelivered();
  return readKeptMails(path.join(runtime().env.dataDir, "mail"), address);
}
