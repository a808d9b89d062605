// The peer: a worker that claims the same rows, sends them with undici and writes each one's end down.
//   node push_worker.mjs SOCKET_FOLDER URL CA_FILE CONNECTIONS SECONDS
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import pg from "pg";
import { Pool } from "undici";

const [host, url, ca, connections, seconds] = process.argv.slice(2);
const { origin, pathname } = new URL(url);
const pool = new pg.Pool({ host, database: "hoso", user: "hoso_daemon", max: 8, options: "-c search_path=hoso" });
const portal = new Pool(origin, { connections: Number(connections), pipelining: 1, connect: { ca: readFileSync(ca) } });
const secret = Buffer.from("hoso".repeat(8));

const CLAIM = {
  name: "claim",
  text: `WITH due AS MATERIALIZED (
      SELECT o.id FROM outbox o
      WHERE o.state = 'ready' AND o.next_at <= now() AND (o.lease_until IS NULL OR o.lease_until < now())
        AND NOT EXISTS (SELECT FROM outbox e WHERE e.dossier_id = o.dossier_id AND e.dseq < o.dseq
          AND e.state IN ('waiting_code', 'ready', 'dead'))
      ORDER BY o.next_at LIMIT $1 FOR UPDATE OF o SKIP LOCKED)
    UPDATE outbox u SET attempt = u.attempt + 1, in_doubt = true, lease_owner = 'peer', lease_until = now() + interval '15 s'
    FROM due, dossier d WHERE u.id = due.id AND d.id = u.dossier_id
    RETURNING u.id, u.event_id, d.code, u.attempt, u.line`,
};
const SETTLE = {
  name: "settle",
  text: `UPDATE outbox SET state = 'done', in_doubt = false, lease_until = NULL, lease_owner = NULL, settled_at = now(), answer = $3
    WHERE id = $1 AND attempt = $2 AND state = 'ready'`,
};

async function push(row) {
  const line = row.line;
  const body = JSON.stringify({ id: line.key, type: "vn.hoso.dossier." + line.kind, dossier_code: row.code, dseq: line.dseq,
    time: new Date(line.occurred_at_ms).toISOString(), item_code: line.item_code, leg_kind: line.leg_kind,
    leg_state: line.state, role: line.role, actor: line.actor, office: line.office, text: line.text });
  const stamp = Math.floor(Date.now() / 1000);
  const signature = createHmac("sha256", secret).update(`${line.key}.${stamp}.${body}`).digest("base64");
  const reply = await portal.request({ path: pathname, method: "POST", body, headers: {
    "content-type": "application/json", "idempotency-key": line.key, "webhook-id": line.key, "webhook-timestamp": stamp,
    "webhook-signature": `v1,${signature}` } });
  const text = await reply.body.text();
  const answer = JSON.parse(text);
  if (reply.statusCode !== 200 || answer.id !== line.key || answer.dseq !== line.dseq) throw new Error(text);
  await pool.query({ ...SETTLE, values: [row.id, row.attempt, text] });
}

let done = 0;
const began = Date.now();
while (Date.now() < began + 1000 * seconds) {
  const { rows } = await pool.query({ ...CLAIM, values: [64] });
  if (rows.length === 0) break;
  await Promise.all(rows.map(push));
  done += rows.length;
}
console.log(JSON.stringify({ pushes: done, seconds: (Date.now() - began) / 1000 }));
process.exit(0);
