import { createSocket } from "node:dgram";
import { once } from "node:events";

export type DnsServer = {
  address: string;
  /** The TXT records by name. */
  records: Map<string, string[]>;
  /** While true, the server doesn't answer. */
  hang(hangs: boolean): void;
  close(): Promise<void>;
};

/** A real DNS server for TXT records, on this machine. Names without records don't exist. */
export async function startDnsServer(): Promise<DnsServer> {
  const records = new Map<string, string[]>();
  let hanging = false;
  const socket = createSocket("udp4");
  socket.on("message", (question, from) => {
    if (!hanging) socket.send(answer(question, records), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    records,
    hang: (hangs) => {
      hanging = hangs;
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** RFC 1035 §4: the header, the question, and one answer per text. */
function answer(question: Buffer, records: Map<string, string[]>): Buffer {
  const labels: string[] = [];
  let end = 12;
  for (let length = question[end] ?? 0; length > 0; length = question[end] ?? 0) {
    labels.push(question.toString("ascii", end + 1, end + 1 + length));
    end += length + 1;
  }
  const texts = records.get(labels.join(".").toLowerCase());
  const header = Buffer.from(question.subarray(0, 12));
  // An authoritative answer; NXDOMAIN (3) if there are no records.
  header.writeUInt16BE(0x8580 | (texts ? 0 : 3), 2);
  header.writeUInt16BE(texts?.length ?? 0, 6);
  header.writeUInt32BE(0, 8);
  return Buffer.concat([header, question.subarray(12, end + 5), ...(texts ?? []).map(textRecord)]);
}

function textRecord(text: string): Buffer {
  const bytes = Buffer.from(text, "ascii");
  // A pointer to the name in the question, type TXT, class IN, a TTL of a minute, and one string.
  const fixed = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, bytes.length + 1, bytes.length]);
  return Buffer.concat([fixed, bytes]);
}
