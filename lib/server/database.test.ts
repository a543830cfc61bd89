import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { expect, inject, test } from "vitest";
import { clientConfig, resolveSslMode } from "./database";

const url = "postgresql://keyward:p%40ss@db.example.com/keyward";

test("only the supported parts of a connection URL are used", () => {
  const authority = path.join(mkdtempSync(path.join(tmpdir(), "keyward-ca-")), "ca.pem");
  writeFileSync(authority, "an authority");
  const common = { port: 5432, user: "keyward", password: "p@ss", database: "keyward" };
  const remote = { ...common, host: "db.example.com" };
  expect(clientConfig(url)).toEqual(remote);
  expect(clientConfig(`${url}?options=-c%20search_path%3Da&max=1000&statement_timeout=0`)).toEqual({
    ...remote,
    options: "-c search_path=a",
  });
  expect(clientConfig("postgresql://keyward:p%40ss@/keyward?host=/run/postgresql")).toEqual({
    ...common,
    host: "/run/postgresql",
  });
  expect(clientConfig(`${url}?sslmode=verify-full&sslrootcert=${authority}`).ssl).toEqual({
    ca: "an authority",
  });
  expect(() => clientConfig(`${url}?sslmode=verify-full&sslrootcert=/nowhere`)).toThrow("/nowhere");
});

test("each libpq SSL mode verifies what libpq documents", () => {
  const ssl = (mode: string) => clientConfig(`${url}?sslmode=${mode}`).ssl;
  expect([ssl("disable"), ssl("allow"), ssl("prefer")]).toEqual([false, false, false]);
  expect([ssl("require"), ssl("no-verify")]).toEqual([
    { rejectUnauthorized: false },
    { rejectUnauthorized: false },
  ]);
  expect([ssl("verify-ca"), ssl("verify-full")]).toEqual([{}, {}]);
});

test("sslmode=prefer uses TLS only if the server supports it", async () => {
  const plain = new URL(inject("postgresUrl"));
  plain.searchParams.set("sslmode", "prefer");
  const settled = await resolveSslMode(plain.toString());
  expect(settled).toContain("sslmode=disable");
  const client = new pg.Client(clientConfig(settled));
  await client.connect();
  await client.end();

  // Reports TLS support and nothing else: a client that wants less wouldn't connect here.
  const server = createServer((socket: Socket) => socket.once("data", () => socket.end("S")));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  plain.port = String((server.address() as { port: number }).port);
  expect(await resolveSslMode(plain.toString())).toContain("sslmode=require");
  server.close();
});
