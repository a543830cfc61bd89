/** The first line of a backup is this and the version of its format. Frames follow. */
export const formatName = "keyward-backup";
export const formatVersion = 1;

/** A frame is one byte for its type, four for the length of its content (big endian), and the content. */
export const frameHeadBytes = 5;
export const largestContent = 4 * 1024 * 1024;

export const frameTypes = { header: 1, table: 2, rows: 3, end: 4, trailer: 5 } as const;

export function frame(type: keyof typeof frameTypes, content: Uint8Array): Buffer {
  const head = Buffer.alloc(frameHeadBytes);
  head.writeUInt8(frameTypes[type]);
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}

export function jsonFrame(type: keyof typeof frameTypes, content: object): Buffer {
  return frame(type, Buffer.from(JSON.stringify(content)));
}
