import type { ClientBase } from "@/lib/engine/postgres/client";
import { AuditChain, type Head, sealedText } from "./audit-chain";

const pageSize = 5000;

/** The first wrong place of a chain. `eventId` is null if it is no longer known which event was there. */
export type Finding = {
  chain: string;
  seq: number | null;
  eventId: string | null;
  problem: "changed" | "missing" | "unsealed" | "cut_off";
};

/** Earlier heads of chains, from checkpoints: HMACs in hexadecimal by chain and place. */
export type KnownHeads = Map<string, Map<number, string>>;

export type AuditReport = { chains: number; events: number; findings: Finding[] };

type Sealed = Head & { chain: string; eventId: string; text: string | null };

/**
 * Computes every seal again. Reads pages, so memory does not grow with the log.
 * @param client In a REPEATABLE READ transaction, so that events and seals are of one moment. With as much time as the log takes.
 * @param only The id of a workspace; null for all chains.
 */
export async function verifyAudit(
  client: ClientBase,
  only: string | null,
  known: KnownHeads = new Map(),
): Promise<AuditReport> {
  const report: AuditReport = { chains: 0, events: 0, findings: [] };
  const ends = new Map<string, number>();
  const wrong = new Set<string>();
  const find = (finding: Finding) => {
    if (wrong.has(finding.chain)) return;
    wrong.add(finding.chain);
    report.findings.push(finding);
  };
  let chain = new AuditChain("");
  for (let page = await readPage(client, only, null); page.length > 0; ) {
    for (const sealed of page) {
      const end = ends.get(sealed.chain);
      if (end === undefined) chain = new AuditChain(sealed.chain);
      ends.set(sealed.chain, sealed.seq);
      report.events += 1;
      if (!wrong.has(sealed.chain)) check(sealed, (end ?? 0) + 1, chain, known, find);
    }
    page = page.length < pageSize ? [] : await readPage(client, only, page.at(-1) as Sealed);
  }
  report.chains = ends.size;
  for (const [name, heads] of known) {
    const last = Math.max(...heads.keys());
    const seq = (ends.get(name) ?? 0) + 1;
    if ((only === null || only === name) && seq <= last)
      find({ chain: name, seq, eventId: null, problem: "cut_off" });
  }
  for (const finding of await findUnsealed(client, only)) find(finding);
  return report;
}

function check(
  { chain: name, seq, mac, eventId, text }: Sealed,
  expected: number,
  chain: AuditChain,
  known: KnownHeads,
  find: (finding: Finding) => void,
): void {
  const head = known.get(name)?.get(seq);
  if (seq !== expected) find({ chain: name, seq: expected, eventId: null, problem: "missing" });
  else if (text === null) find({ chain: name, seq, eventId, problem: "missing" });
  else if (!chain.next(text).mac.equals(mac) || (head !== undefined && head !== mac.toString("hex")))
    find({ chain: name, seq, eventId, problem: "changed" });
}

async function readPage(client: ClientBase, only: string | null, after: Sealed | null): Promise<Sealed[]> {
  const { rows } = await client.query<Sealed>(
    `SELECT s.chain, s.seq, s.mac, s.event_id AS "eventId", CASE WHEN e.id IS NOT NULL THEN ${sealedText} END AS text
     FROM chains.audit_seals s LEFT JOIN audit_events e ON e.id = s.event_id
     WHERE (s.chain, s.seq) > ($1, $2::bigint) AND ($3::text IS NULL OR s.chain = $3)
     ORDER BY s.chain, s.seq LIMIT ${pageSize}`,
    [after?.chain ?? "", after?.seq ?? 0, only],
  );
  return rows;
}

/** Events are sealed within seconds. One that has waited for longer, or waits for nothing, was not added by the program. */
async function findUnsealed(client: ClientBase, only: string | null): Promise<Finding[]> {
  const text = `SELECT coalesce(e.id, p.event_id) AS id, CASE WHEN e.id IS NOT NULL THEN coalesce(e.workspace_id, '') END AS chain
     FROM audit_events e FULL JOIN chains.audit_pending p ON p.event_id = e.id
     WHERE NOT EXISTS (SELECT FROM chains.audit_seals s WHERE s.event_id = e.id)
       AND (p.event_id IS NULL OR p.added_at NOT BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp() + interval '1 minute')
       AND ($1::text IS NULL OR e.id IS NULL OR coalesce(e.workspace_id, '') = $1)
     ORDER BY 1 LIMIT 1000`;
  const { rows } = await client.query<{ id: string; chain: string | null }>(text, [only]);
  return rows.map(({ id, chain }) => ({
    chain: chain ?? "",
    seq: null,
    eventId: id,
    problem: chain === null ? "missing" : "unsealed",
  }));
}
