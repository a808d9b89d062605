// The peer: the same scan by Fastify and pg, one transaction per request ("transaction"), or one statement ("statement").
//   node scan_server.mjs transaction|statement PORT SOCKET_FOLDER ACCOUNT OFFICE
import { createHash } from "node:crypto";
import Fastify from "fastify";
import pg from "pg";

const [way, port, host, account, office] = process.argv.slice(2);
const pool = new pg.Pool({ host, database: "hoso", user: "hoso_daemon", max: 32, options: "-c search_path=hoso" });
const app = Fastify();

const LOOK = {
  name: "look",
  text: `SELECT l.id, l.dossier_id, l.state, l.track, d.dseq, d.hash FROM leg l JOIN dossier d ON d.id = l.dossier_id
    WHERE l.item_code = $1 FOR UPDATE`,
};
const EVENT = {
  name: "event",
  text: `INSERT INTO event (id, dossier_id, leg_id, dseq, item_code, kind, occurred_at, recorded_at, account_id, actor,
      role, office_id, device, verdict, why, leg_state, gap, content, data, hash)
    VALUES ($1, $2, $3, $4, $5, $6, $7, now(), $8, 'Bench', 'clerk', $9, '', 'recorded', 'ok', 'arrived', false, $10, $11, $12)`,
};
const LEG = {
  name: "leg",
  text: `UPDATE leg SET state = 'arrived', state_at = $2, state_office_id = $3, state_actor = 'Bench', track = track || $4
    WHERE id = $1`,
};
const DOSSIER = { name: "dossier", text: "UPDATE dossier SET dseq = $2, hash = $3 WHERE id = $1" };
const OUTBOX = {
  name: "outbox",
  text: `INSERT INTO outbox (event_id, dossier_id, item_code, dseq, kind, line, state, next_at, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, 'ready', now(), now())`,
};
const ALL = {
  name: "all",
  text: `WITH seen AS (SELECT l.id, l.dossier_id, l.item_code, d.dseq + 1 AS dseq, d.hash FROM leg l
      JOIN dossier d ON d.id = l.dossier_id WHERE l.item_code = $1 FOR UPDATE),
    added AS (INSERT INTO event (id, dossier_id, leg_id, dseq, item_code, kind, occurred_at, recorded_at, account_id,
        actor, role, office_id, device, verdict, why, leg_state, gap, content, data, hash)
      SELECT $2, dossier_id, id, dseq, item_code, $3, $4::timestamptz, now(), $5, 'Bench', 'clerk', $6, '', 'recorded', 'ok', 'arrived',
        false, $7, $8, sha256(hash || $7::bytea) FROM seen),
    moved AS (UPDATE leg SET state = 'arrived', state_at = $4::timestamptz, state_office_id = $6, state_actor = 'Bench',
      track = track || $9 FROM seen WHERE leg.id = seen.id),
    counted AS (UPDATE dossier SET dseq = seen.dseq, hash = sha256(seen.hash || $7::bytea) FROM seen
      WHERE dossier.id = seen.dossier_id),
    told AS (INSERT INTO outbox (event_id, dossier_id, item_code, dseq, kind, line, state, next_at, created_at)
      SELECT $2, dossier_id, item_code, dseq, $3, $10, 'ready', now(), now() FROM seen)
    SELECT dseq FROM seen`,
};
const TRACK = Buffer.alloc(57, 1); // as long as hosod's own
const FINAL = new Set(["delivered", "returned", "cancelled"]);

function digest(...parts) {
  const sum = createHash("sha256");
  for (const part of parts) sum.update(part);
  return sum.digest();
}

// What the portal is told, as long as hosod's own line.
function lineOf(scan) {
  return JSON.stringify({ key: scan.event_id, dseq: 2, kind: scan.kind, leg_kind: "submit", state: "arrived", role: "clerk",
    occurred_at: scan.occurred_at, received_at: scan.occurred_at, service: 1, item_code: scan.code, actor: "Bench",
    office: "Bưu cục", owner: "Nguyễn Văn A", procedure: "1.000001", procedure_name: "Cấp bản sao trích lục hộ tịch",
    field: "HT", field_name: "Hộ tịch", agency: "BENCH.A", text: `Bưu gửi ${scan.code} đã đến bưu cục` });
}

async function inTransaction(scan) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const { rows: [leg] } = await client.query({ ...LOOK, values: [scan.code] });
    if (!leg || FINAL.has(leg.state)) throw new Error("conflict");
    const data = JSON.stringify(scan.data);
    const content = digest(scan.code, scan.kind, data);
    const hash = digest(leg.hash, content);
    await client.query({ ...EVENT, values: [scan.event_id, leg.dossier_id, leg.id, leg.dseq + 1, scan.code, scan.kind,
      scan.occurred_at, account, office, content, data, hash] });
    await client.query({ ...LEG, values: [leg.id, scan.occurred_at, office, TRACK] });
    await client.query({ ...DOSSIER, values: [leg.dossier_id, leg.dseq + 1, hash] });
    await client.query({ ...OUTBOX, values: [scan.event_id, leg.dossier_id, scan.code, leg.dseq + 1, scan.kind, lineOf(scan)] });
    await client.query("COMMIT");
    return leg.dseq + 1;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

async function inStatement(scan) {
  const data = JSON.stringify(scan.data);
  const { rows: [seen] } = await pool.query({ ...ALL, values: [scan.code, scan.event_id, scan.kind, scan.occurred_at, account,
    office, digest(scan.code, scan.kind, data), data, TRACK, lineOf(scan)] });
  return seen.dseq;
}

const schema = {
  body: { type: "array", items: { type: "object", required: ["event_id", "kind", "code", "occurred_at", "data"],
    properties: { event_id: { type: "string" }, kind: { type: "string" }, code: { type: "string" },
      occurred_at: { type: "string" }, data: { type: "object" } } } },
};
const record = way === "statement" ? inStatement : inTransaction;

app.post("/v1/scans", { schema }, async (request) => {
  const results = [];
  for (const scan of request.body) {
    results.push({ event_id: scan.event_id, verdict: "recorded", dseq: await record(scan) });
  }
  return results;
});
await app.listen({ host: "127.0.0.1", port: Number(port) });
console.log("listening");
