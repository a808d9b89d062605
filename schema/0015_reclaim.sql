-- Papers that the agency wants back: they go with the result's item as what is to be collected does. And what the exception
-- desk asks of a result that nobody fetched, and which dossiers are over. Run by hosod migrate as hoso_owner, in one transaction.
SET LOCAL search_path = hoso;

-- With all that decides who sees it, so that an office finds its few without a look at the rows of thousands.
DROP INDEX dossier_not_collected;
CREATE INDEX dossier_not_collected ON dossier (result_ready_at, (('not_collected:' || id::text) COLLATE "C"))
	INCLUDE (id, agency_id, service, legs, stub) WHERE status = 'result_ready';

-- Dossiers that are to be closed when they are over: the oldest first.
CREATE INDEX dossier_to_close ON dossier (recorded_at) WHERE status = 'result_delivered';

-- What a step that announces a result says of them: names, a line each. Beside the dossier, not in its row: few steps
-- say so, and every scan reads and writes that row. Whether a step counts (it may be void, or a later one may stand in its
-- place) is worked out from the steps.
CREATE TABLE dossier_reclaim (
	event_id uuid PRIMARY KEY,
	dossier_id uuid NOT NULL,
	reclaim text NOT NULL CHECK (reclaim <> '')
);
CREATE INDEX dossier_reclaim_dossier ON dossier_reclaim (dossier_id);
CREATE TRIGGER dossier_reclaim_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON dossier_reclaim
	FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
GRANT SELECT, INSERT ON dossier_reclaim TO hoso_daemon;

-- Those whose item has not set out yet; before, what was said was one text. Ten names of 200 bytes, as an item has.
INSERT INTO dossier_reclaim (event_id, dossier_id, reclaim)
	SELECT id, dossier_id, string_agg(name || E'\n', '' ORDER BY nth) FROM (
		SELECT e.id, e.dossier_id, trim(n.name) AS name, n.nth, row_number() OVER (PARTITION BY e.id ORDER BY n.nth) AS no
		FROM dossier d JOIN event e ON e.dossier_id = d.id
			CROSS JOIN LATERAL string_to_table(e.data->>'reclaim', E'\n') WITH ORDINALITY AS n(name, nth)
		WHERE d.status = 'result_ready' AND e.kind = 'result_ready' AND trim(n.name) <> '' AND length(trim(n.name)) <= 50
	) AS lines WHERE no <= 10 GROUP BY id, dossier_id;
