import { createSocket } from "node:dgram";
import { once } from "node:events";
import ipaddr from "ipaddr.js";

export type DnsServer = {
  address: string;
  /** The TXT records by name. */
  records: Map<string, string[]>;
  /** The A and AAAA records by name. A function is called for each question. */
  addresses: Map<string, string[] | (() => string[])>;
  /** Questions that have come for this name and type. */
  asked(name: string, type: "A" | "AAAA"): number;
  /** Doesn't answer questions about this name. */
  ignore(name: string): void;
  /** While true, the server doesn't answer. */
  hang(hangs: boolean): void;
  close(): Promise<void>;
};

/** A real DNS server for TXT, A and AAAA records, on this machine. Names without records don't exist. */
export async function startDnsServer(): Promise<DnsServer> {
  const records: DnsServer["records"] = new Map();
  const addresses: DnsServer["addresses"] = new Map();
  const questions: string[] = [];
  const ignored = new Set<string>();
  let hanging = false;
  const socket = createSocket("udp4");
  socket.on("message", (message, from) => {
    const question = read(message);
    questions.push(`${question.name} ${question.type}`);
    if (hanging || ignored.has(question.name)) return;
    const found = answersTo(question, records, addresses);
    socket.send(answer(message, question.end, found), from.port, from.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    records,
    addresses,
    asked: (name, type) => questions.filter((question) => question === `${name} ${types[type]}`).length,
    ignore: (name) => ignored.add(name),
    hang: (hangs) => {
      hanging = hangs;
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

const types = { A: 1, TXT: 16, AAAA: 28 };
type Question = { name: string; type: number; end: number };

/** RFC 1035 §4.1.2: the labels of the name, its type and class. */
function read(message: Buffer): Question {
  const labels: string[] = [];
  let end = 12;
  for (let length = message[end] ?? 0; length > 0; length = message[end] ?? 0) {
    labels.push(message.toString("ascii", end + 1, end + 1 + length));
    end += length + 1;
  }
  return { name: labels.join(".").toLowerCase(), type: message.readUInt16BE(end + 1), end: end + 5 };
}

/** The data of the records of this type. Null if the name doesn't exist. */
function answersTo(
  { name, type }: Question,
  records: DnsServer["records"],
  addresses: DnsServer["addresses"],
): { type: number; data: Buffer[] } | null {
  const known = addresses.get(name);
  const texts = records.get(name);
  if (!known && !texts) return null;
  if (type === types.TXT)
    return {
      type,
      data: (texts ?? []).map((text) => Buffer.from([text.length, ...Buffer.from(text, "ascii")])),
    };
  const kind = type === types.A ? "ipv4" : "ipv6";
  // The function is asked once for each look-up, which consists of both types.
  const current = typeof known === "function" ? (type === types.A ? known() : []) : (known ?? []);
  const parsed = current.map((address) => ipaddr.parse(address)).filter((address) => address.kind() === kind);
  return { type, data: parsed.map((address) => Buffer.from(address.toByteArray())) };
}

/** RFC 1035 §4: the header, the question, and one answer for each record. */
function answer(message: Buffer, end: number, found: { type: number; data: Buffer[] } | null): Buffer {
  const header = Buffer.from(message.subarray(0, 12));
  // An authoritative answer; NXDOMAIN (3) if there is no such name.
  header.writeUInt16BE(0x8580 | (found ? 0 : 3), 2);
  header.writeUInt16BE(found?.data.length ?? 0, 6);
  header.writeUInt32BE(0, 8);
  const answers = (found?.data ?? []).map((data) =>
    // A pointer to the name in the question, the type, class IN, a TTL of a minute, and the data.
    Buffer.concat([Buffer.from([0xc0, 12, 0, found?.type ?? 0, 0, 1, 0, 0, 0, 60, 0, data.length]), data]),
  );
  return Buffer.concat([header, message.subarray(12, end), ...answers]);
}
