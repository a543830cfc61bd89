import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runtime } from "@/lib/server/runtime";
import { useRuntime } from "@/tests/database/runtime";
import { makeKey, makeWorkspace } from "@/tests/factories/factories";
import { answerKeyRequest } from "./key-requests";
import { factsOf, rawRequest } from "./request-facts";

useRuntime();

const server = createServer((request, response) => {
  void answerKeyRequest(request, response, factsOf(rawRequest(request), runtime()), runtime());
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Sends raw bytes, which may be malformed, and returns the status lines of the responses. */
async function sendRaw(lines: string[]): Promise<string[]> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(Buffer.from(`${lines.join("\r\n")}\r\nConnection: close\r\n\r\n`));
  return (await text(socket)).match(/^HTTP\/1\.1 \d{3}/gm) ?? [];
}

const evils = {
  "escaped line breaks": "%0d%0aInjected:%20yes",
  "escaped NUL": "%00",
  "a bare line feed": "\nInjected: yes",
  "a bare carriage return": "\rInjected: yes",
  NUL: "\u0000",
  "a terminal escape": "\u001b[2J",
  "a C1 control": "\u009b31m",
  "a right-to-left override": "\u202e",
  "a line separator": "\u2028",
};

test.each(Object.entries(evils))(
  "S57 %s in the path and the user agent makes one valid record or none",
  async (name, evil) => {
    const { actor } = await makeWorkspace();
    const { key, secret } = await makeKey(actor, { canManageKeys: true });
    const head = ["Host: localhost", `x-api-key: ${secret}`];
    const inPath = await sendRaw([`GET /auth/api-keys/x${evil} HTTP/1.1`, ...head]);
    const inAgent = await sendRaw(["GET /api/public/v1/me HTTP/1.1", ...head, `User-Agent: tool${evil}`]);
    for (const answers of [inPath, inAgent]) expect(answers, name).toHaveLength(1);

    const decided = [...inPath, ...inAgent].filter((line) => !line.endsWith("400"));
    await runtime().engine.accessLog.settled();
    const { rows } = await runtime().pool.query(
      "SELECT path, user_agent FROM access_log.entries WHERE key_id = $1",
      [key.id],
    );
    expect(rows).toHaveLength(decided.length);
    for (const { path, user_agent } of rows) {
      for (const logged of [path, user_agent ?? ""])
        expect(logged).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      if (evil.startsWith("%")) expect([path, user_agent]).toContainEqual(expect.stringContaining(evil));
    }
  },
);
