import { expect, test } from "vitest";
import { sendHttp } from "../peers/http-client";
import { useStartedConsole } from "../processes/started-console";

const started = useStartedConsole({ LOG_LEVEL: "info", LOG_REQUESTS: "1" });
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
const forged = '{"level":30,"msg":"forged by a client"}';

test("a client can't forge a line of the log, and lines say which version, process, request and trace they are of", async () => {
  const server = started.server();
  const escaped = encodeURIComponent(`\n${forged}\n`);
  const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
    sendHttp(server.port, path, { method, headers: { accept: "text/html", traceparent, ...headers } });
  await ask("/sign-in");
  const answers = await Promise.all([
    ask(`/_next/image?url=${escaped}&w=64&q=75`),
    ask(`/_next/image?url=%2Fmark.svg&w=64&q=75`),
    ask("/sign-in", { rsc: "1", "next-router-state-tree": escaped }),
    ask("/sign-in", { rsc: "1", "next-router-state-tree": `%5B"",${escaped}` }),
    ask("/sign-in", { "next-action": escaped, "content-type": "text/plain" }, "POST"),
    ask(
      "/sign-in",
      { "next-action": "a".repeat(42), "content-type": "multipart/form-data; boundary=x" },
      "POST",
    ),
    ask(`/sign-in?x=${escaped}`, { "user-agent": escaped, cookie: `a=${escaped}; __Host-x=%` }),
    ask(`/${escaped}`),
    ask("/settings", { "x-nonce": escaped, "next-url": escaped, "x-forwarded-host": "a, b" }),
  ]);
  expect([answers[0]?.status, answers[1]?.status]).toEqual([404, 404]);
  await ask("/api/account?search=private", { "x-request-id": "a-traced-request" });
  await server.stop("SIGTERM");
  const lines = (await server.output()).split("\n").filter(Boolean);
  const records = lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const others = lines.filter((line) => !line.startsWith("{"));
  expect(others).toEqual([expect.stringMatching(/^Keyward is at http:\/\/localhost:\d+$/)]);
  expect(records.filter(({ msg }) => msg === "forged by a client")).toEqual([]);
  // This includes what Next.js prints.
  expect(records).toContainEqual(expect.objectContaining({ source: "console", traceId }));
  const stamp = { version: expect.stringMatching(/^\d+\.\d+\.\d+/), pid: server.pid };
  const { instance } = records.find(({ msg }) => msg.startsWith("Keyward "));
  expect(instance).toMatch(/^[0-9a-f-]{36}$/);
  for (const record of records.filter(({ time }) => time)) expect(record).toMatchObject(stamp);
  expect(records).toContainEqual(
    expect.objectContaining({
      ...{ ...stamp, instance, msg: "request", method: "GET", path: "/api/account", ip: "127.0.0.1" },
      ...{ status: 401, ms: expect.any(Number), requestId: "a-traced-request", traceId },
    }),
  );
  expect(lines.join("\n")).not.toContain("search=private");
});
