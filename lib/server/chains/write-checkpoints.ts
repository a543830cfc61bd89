import { appendFile } from "node:fs/promises";
import { postEvent } from "../events/post-event";
import { newId } from "../new-id";
import { checkpointRecord } from "../otlp/log-records";
import type { OtlpClient } from "../otlp/otlp-client";
import { runtime } from "../runtime";
import { CheckpointSeries, type Heads } from "./checkpoint";

const files = new CheckpointSeries();
const posts = new CheckpointSeries();
const records = new CheckpointSeries();

/** Writes a checkpoint of all chains to AUDIT_CHECKPOINT_FILE, AUDIT_CHECKPOINT_URL and the OTLP receiver. */
export async function writeCheckpoints(): Promise<void> {
  const { env, chainKeys, otlp } = runtime();
  const { auditCheckpointFile: file, auditCheckpointUrl: url } = env;
  if (!chainKeys || (file === null && url === null && otlp === null)) return;
  const current = { chains: await readChainHeads(), writers: await readWriterHeads() };
  const results = await Promise.allSettled([
    file !== null &&
      files.write(chainKeys, current, (text) => appendFile(file, `${text}\n`, { mode: 0o600, flush: true })),
    url !== null && posts.write(chainKeys, current, (text) => post(url, text)),
    otlp !== null && records.write(chainKeys, current, (text) => send(otlp.client, text)),
  ]);
  const failed = results.find(({ status }) => status === "rejected");
  if (failed) throw (failed as PromiseRejectedResult).reason;
}

async function post(endpointUrl: string, body: string): Promise<void> {
  const { attempt } = await postEvent({ endpointUrl, eventId: newId("evt"), body, secrets: [] });
  if (attempt.error !== null) throw new Error(`AUDIT_CHECKPOINT_URL: ${attempt.error}`);
}

async function send(client: OtlpClient, text: string): Promise<void> {
  const answer = await client.send(checkpointRecord(text), {});
  if (answer.result !== "accepted") throw new Error(`the OTLP receiver took no checkpoint: ${answer.error}`);
  if (answer.rejected > 0) throw new Error(`the OTLP receiver took no checkpoint: ${answer.message}`);
}

/** The index is skipped through, so this takes as long as there are chains, not as there are seals. */
async function readChainHeads(): Promise<Heads> {
  const { rows } = await runtime().pool.query<{ name: string; seq: number; mac: string }>(
    `WITH RECURSIVE named AS (
       (SELECT chain FROM chains.audit_seals ORDER BY chain LIMIT 1)
       UNION ALL
       SELECT (SELECT s.chain FROM chains.audit_seals s WHERE s.chain > named.chain ORDER BY s.chain LIMIT 1)
       FROM named WHERE named.chain IS NOT NULL)
     SELECT head.chain AS name, head.seq, encode(head.mac, 'hex') AS mac FROM named, LATERAL (
       SELECT * FROM chains.audit_seals s WHERE s.chain = named.chain ORDER BY s.seq DESC LIMIT 1) AS head`,
  );
  return Object.fromEntries(rows.map(({ name, seq, mac }) => [name, [seq, mac]]));
}

async function readWriterHeads(): Promise<Heads> {
  const { rows } = await runtime().pool.query<{ name: string; seq: number; mac: string }>(
    `SELECT w.id::text AS name, head.first_seq AS seq, encode(head.mac, 'hex') AS mac
     FROM access_log.writers w, LATERAL (
       SELECT * FROM access_log.seals s WHERE s.writer = w.id ORDER BY s.first_seq DESC LIMIT 1) AS head`,
  );
  return Object.fromEntries(rows.map(({ name, seq, mac }) => [name, [seq, mac]]));
}
