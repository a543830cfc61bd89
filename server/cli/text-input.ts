const byteOrderMarks: [Buffer, string][] = [
  [Buffer.from([0xff, 0xfe]), "utf-16le"],
  [Buffer.from([0xfe, 0xff]), "utf-16be"],
];

/**
 * The text of a file in UTF-8, or in UTF-16 with a byte order mark, as spreadsheets save it.
 * @throws Error for other encodings: a name that was read wrongly could not be told from a right one.
 */
export async function* decodeText(bytes: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  let decoder: TextDecoder | undefined;
  let start: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of bytes) {
      if (decoder) yield decoder.decode(chunk, { stream: true });
      else {
        start = Buffer.concat([start, chunk]);
        if (start.length < 2) continue;
        decoder = decoderOf(start);
        yield decoder.decode(start, { stream: true });
      }
    }
    yield decoder ? decoder.decode() : decoderOf(start).decode(start);
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_ENCODING_INVALID_ENCODED_DATA") throw error;
    throw new Error("The file isn't in UTF-8. Save it in UTF-8 and import it again.");
  }
}

function decoderOf(start: Buffer): TextDecoder {
  const [, encoding = "utf-8"] = byteOrderMarks.find(([mark]) => start.subarray(0, 2).equals(mark)) ?? [];
  return new TextDecoder(encoding, { fatal: true });
}

/** The lines of a text. */
export async function* linesOf(text: AsyncIterable<string>): AsyncIterable<string> {
  let rest = "";
  for await (const chunk of text) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() as string;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** Lines end with \n, \r\n or \r, and some files mix them. */
export async function* withUnixNewlines(text: AsyncIterable<string>): AsyncIterable<string> {
  let rest = "";
  for await (const chunk of text) {
    const whole = rest + chunk;
    // The \n that belongs to it may be in the next chunk.
    rest = whole.endsWith("\r") ? "\r" : "";
    yield whole.slice(0, whole.length - rest.length).replace(/\r\n?/g, "\n");
  }
  if (rest !== "") yield "\n";
}
