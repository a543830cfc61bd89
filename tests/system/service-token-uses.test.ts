import pg from "pg";
import { expect, test } from "vitest";
import { clientConfig } from "@/lib/server/database";
import { sendHttp } from "../peers/http-client";
import { useStartedConsole } from "../processes/started-console";

const token = "a-service-token-of-a-test";
const started = useStartedConsole({ SERVICE_TOKEN: token });

test("a server that stops has stored the uses of service tokens up to then", async () => {
  const server = started.server();
  const headers = { authorization: `Bearer ${token}` };
  expect((await sendHttp(server.port, "/api/v1/permissions", { headers })).status).toBe(200);
  await server.stop("SIGINT");
  const client = new pg.Client(clientConfig(started.database().url));
  await client.connect();
  const { rows } = await client.query("SELECT label FROM secrets.service_token_uses");
  await client.end();
  expect(rows).toEqual([{ label: "default" }]);
});
