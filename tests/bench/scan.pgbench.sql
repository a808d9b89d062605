-- One scan, one transaction, statement by statement, with nothing between client and server.
-- pgbench -M prepared -D legs=… -D account=… -D office=…
\set serial 10000000 + random(0, :legs - 1)
\set sum 8 * (:serial / 10000000) + 6 * (:serial / 1000000 % 10) + 4 * (:serial / 100000 % 10) + 2 * (:serial / 10000 % 10) + 3 * (:serial / 1000 % 10) + 5 * (:serial / 100 % 10) + 9 * (:serial / 10 % 10) + 7 * (:serial % 10)
\set rest 11 - :sum % 11
\set check case when :rest = 10 then 0 when :rest = 11 then 5 else :rest end
BEGIN;
SELECT l.id AS leg, l.dossier_id AS dossier, l.item_code AS code, d.dseq + 1 AS dseq, overlay(gen_random_uuid()::text PLACING left(uuid7_floor(now())::text, 14) || '7' FROM 1 FOR 15) AS event FROM leg l JOIN dossier d ON d.id = l.dossier_id WHERE l.item_code = 'RR' || (:serial)::int || (:check)::int || 'VN' FOR UPDATE \gset
INSERT INTO event (id, dossier_id, leg_id, dseq, item_code, kind, occurred_at, recorded_at, account_id, actor, role, office_id, device, verdict, why, leg_state, gap, content, data, hash) VALUES (:event::uuid, :dossier::uuid, :leg::uuid, (:dseq)::int, :code, 'arrived', now(), now(), (:account)::bigint, 'Bench', 'clerk', (:office)::int, '', 'recorded', 'ok', 'arrived', false, sha256('{}'), '{}', sha256('{}'));
UPDATE leg SET state = 'arrived', state_at = now(), state_office_id = (:office)::int, state_actor = 'Bench', track = track || decode(repeat('01', 57), 'hex') WHERE id = :leg::uuid;
UPDATE dossier SET dseq = (:dseq)::int, hash = sha256(hash) WHERE id = :dossier::uuid;
INSERT INTO outbox (event_id, dossier_id, item_code, dseq, kind, line, state, next_at, created_at) VALUES (:event::uuid, :dossier::uuid, :code, (:dseq)::int, 'arrived', json_build_object('key', :event::text, 'text', repeat('x', 450)), 'ready', now(), now());
END;
