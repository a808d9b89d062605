-- :lines lines for the portal, ten of each dossier, all due.
SET search_path = hoso;
DELETE FROM outbox;
INSERT INTO outbox (event_id, dossier_id, item_code, dseq, kind, line, state, next_at, created_at)
	SELECT id, dossier, code, step, 'arrived', json_build_object('actor', 'Bench', 'dseq', step, 'item_code', code, 'key', id,
			'kind', 'arrived', 'leg_kind', 'submit', 'occurred_at_ms', ms(now()), 'office', 'Bưu cục 1', 'role', 'clerk',
			'state', 'arrived', 'text', 'Bưu điện đã chuyển hồ sơ đến bưu cục (' || code || ', bước ' || step || ')'),
		'ready', now(), now()
	FROM (SELECT d.dossier_id AS dossier, d.item_code AS code, step,
			overlay(gen_random_uuid()::text PLACING left(uuid7_floor(now())::text, 14) || '7' FROM 1 FOR 15)::uuid AS id
		FROM (SELECT dossier_id, item_code FROM leg ORDER BY id LIMIT :lines / 10) AS d, generate_series(1001, 1010) AS step) AS lines
	ORDER BY step;
VACUUM ANALYZE outbox;
